"""What citizens read in Dutch; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    "another_language": "Op deze vraag is nog geen Nederlands antwoord nagekeken.",
    "in_language": "Dit antwoord is in het {language}. Schrijf {people} en je vraag, en vraag om "
    "een vertaling.",
    "source": "Bron: {source}",
    "body": "Beslist hierover: {body}",
    "checked": "Nagekeken op {date}",
    "holds_until": "geldig tot en met {date}",
    "vetted_by_official": "goedgekeurd door een medewerker van {body}",
    "vetted_by_volunteer": "goedgekeurd door een vrijwilliger van deze community",
    "sample": "Dit is een voorbeeld dat bij Loket hoort. Geen ambtenaar heeft het nagekeken: "
    "kijk bij de bron voordat je erop vertrouwt.",
    "bot": "Ik ben een bot. Ik herhaal alleen antwoorden die mensen hebben geschreven. Is dit "
    "geen antwoord op je vraag? Schrijf {people} en je vraag, dan kijken er mensen naar.",
    "handover": "Ik ben een bot en ik heb geen nagekeken antwoord dat zeker bij je vraag past. "
    "Ik heb je vraag naar de vrijwilligers en ambtenaren achter deze ruimte gebracht "
    "(zaak {case}).",
    "handover_waited": "Niemand heeft dit hier nog beantwoord. Ik ben een bot en ik heb je vraag "
    "naar de vrijwilligers en ambtenaren achter deze ruimte gebracht (zaak {case}).",
    "handover_wanted": "Ik ben een bot. Ik heb je vraag naar de vrijwilligers en ambtenaren achter "
    "deze ruimte gebracht (zaak {case}).",
    "what_next": "Een mens gaat je vraag lezen. Het antwoord komt hier, in dit gesprek, en ik noem "
    "je naam erbij, zodat je een melding krijgt. {expected} Zij zien je vraag, "
    "niet je naam. Iedereen hier mag ook nog antwoorden. Vraag jij je dit ook af? Tik "
    "hier op ➕: dan tel ik je mee en zeg ik het je als het antwoord er is.",
    "what_next_direct": "Een mens gaat je vraag lezen. Het antwoord komt hier en ik noem je naam "
    "erbij, zodat je een melding krijgt. {expected} Zij zien je vraag, niet je naam.",
    "expect_nothing": "Hoe snel kan ik niet beloven.",
    "expect_promise": "Zij proberen binnen {promise} te antwoorden.",
    "expect_measured": "De laatste tijd kwam de helft van de antwoorden op zulke vragen binnen "
    "{median}, negen van de tien binnen {p90}.",
    "expect_measured_alike": "De laatste tijd kwamen negen van de tien antwoorden op zulke vragen "
    "binnen {p90}.",
    "expect_longer": "Van wie de laatste tijd zo lang wachtte en antwoord kreeg, kreeg de helft "
    "het daarna binnen {median}, negen van de tien binnen {p90}.",
    "expect_longer_alike": "Van wie de laatste tijd zo lang wachtte en antwoord kreeg, kregen "
    "negen van de tien het daarna binnen {p90}.",
    "expect_put_off": "Zij kijken er weer naar op {day}.",
    "back_at": "Zij zijn er weer op {day} om {time} uur.",
    "slipped": "Het spijt me: dit duurt langer dan ik je zei. Je vraag is niet vergeten, mensen "
    "hebben hem nog. {expected} Je hoeft niets te doen, tenzij iemand je hier "
    "iets heeft gevraagd.",
    "from_volunteer": "Een vrijwilliger beantwoordt je vraag. Geen ambtenaar heeft dit nog "
    "nagekeken.",
    "from_official": "Een medewerker van {body} beantwoordt je vraag.",
    "asked_in": "Het is geschreven voor iemand die hetzelfde in het {language} vroeg. Kun je het "
    "niet lezen? Schrijf {people} en je vraag, en vraag om een vertaling.",
    "helped": "Heb je hier iets aan? Tik op 👍. Zo niet, tik op 👎 of schrijf hier wat nog niet "
    "duidelijk is.",
    "reopened_to_asker": "Ik heb het gezegd tegen wie antwoordde. Schrijf hier wat nog niet "
    "duidelijk is, dan lezen zij het.",
    "reopened_with_words": "Ik heb wat je schreef gezegd tegen de mensen achter deze ruimte. Je "
    "vraag is weer open, en zij lezen wat je hier schrijft.",
    "was_vetted": "Een medewerker van {body} heeft dit antwoord nagekeken. Het klopt.",
    "was_vetted_by_volunteer": "Een tweede vrijwilliger heeft dit antwoord nagekeken. Het klopt.",
    "was_corrected": "Een medewerker van {body} heeft het antwoord nagekeken en veranderd. "
    "Dit is het antwoord dat geldt:",
    "was_corrected_by_volunteer": "Een tweede vrijwilliger heeft het antwoord nagekeken en "
    "veranderd. Dit is het antwoord dat geldt:",
    "known_instead": "Mensen hebben opnieuw naar je vraag gekeken. Het antwoord hierboven klopt "
    "niet. Dit klopt wel:",
    "known_too": "Mensen hebben opnieuw naar je vraag gekeken. Dit is het nagekeken antwoord:",
    "was_rejected": "Het antwoord dat je hier kreeg, wordt opnieuw bekeken: misschien klopt het "
    "niet. Doe er nog niets mee. Een beter antwoord komt hier.",
    "corrected": "Het antwoord hierboven is veranderd. Dit geldt nu:",
    "corrected_before": "Een antwoord dat je in de vorige kamer kreeg, is veranderd. Het stond "
    "hier: {link}\nDit geldt nu:",
    "doubted": "Iemand zegt dat dit misschien niet klopt. Mensen kijken ernaar.",
    "stale": "Het origineel is sindsdien veranderd; deze vertaling kan oud zijn.",
    "being_checked": "Het antwoord hierboven is een vertaling, en het origineel is veranderd. "
    "Misschien klopt het niet meer: doe er nog niets mee. Mensen kijken ernaar, en je hoort hier "
    "wat eruit komt.",
    "still_holds": "Mensen hebben het antwoord hierboven nagekeken: het geldt nog.",
    "flag_thanks": "Dank je wel. Ik heb het gezegd tegen de mensen die over dit antwoord gaan, en "
    "niet wie je bent. Je hoort van mij wat ermee gebeurt. Wil je iets toevoegen? Schrijf het "
    "hier.",
    "answer_doubted_thanks": "Dank je wel. Ik heb het gezegd tegen de mensen achter dit antwoord, "
    "en niet wie je bent. Verandert het antwoord, dan zie je dat hier.",
    "flag_what": "Welk antwoord klopt niet? Tik erop met ⚠️, of antwoord erop met !fout en waarom.",
    "flag_gone": "Dank je wel. Dat antwoord wordt niet meer gegeven.",
    "flag_confirmed": "Dank je wel dat je zei dat het antwoord hierboven misschien niet klopt. "
    "Mensen hebben ernaar gekeken. Het geldt:",
    "flag_closed": "Dank je wel dat je zei dat het antwoord hierboven misschien niet klopt. "
    "Mensen hebben ernaar gekeken en laten het zo. Ze schrijven:",
    "flag_changed": "Dank je wel dat je zei dat het antwoord hierboven misschien niet klopt. "
    "Mensen hebben ernaar gekeken en het veranderd. Dit geldt nu:",
    "flag_withdrawn": "Dank je wel dat je zei dat het antwoord hierboven misschien niet klopt. "
    "Mensen hebben ernaar gekeken: het wordt niet meer gegeven. Ga er niet van uit.",
    "withdrawn_answer": "Het antwoord dat hier stond, geldt niet meer. Schrijf {people} en je "
    "vraag, dan kijken mensen ernaar.",
    "withdrawn_news": "Het antwoord hierboven geldt niet meer. Ga er niet van uit. Schrijf "
    "{people} en je vraag, dan kijken mensen ernaar.",
    "withdrawn_before": "Een antwoord dat je in de vorige kamer kreeg, geldt niet meer. Het stond "
    "hier: {link}\nGa er niet van uit. Schrijf {people} en je vraag, dan kijken mensen ernaar.",
    "closed_unanswered": "De mensen achter deze ruimte hebben je vraag zonder antwoord gesloten. "
    "Zij schrijven waarom:",
    "closed_how": "Je kunt je vraag hier in andere woorden opnieuw stellen, of hem aan de "
    "organisatie zelf stellen.",
    "merged_to_asker": "Iemand anders vroeg hetzelfde. Jullie krijgen hetzelfde antwoord; dat van "
    "jou komt hier en ik noem je naam erbij.",
    "merged_own": "Ik heb dit samengevoegd met een andere vraag van jou, die hetzelfde is. Het "
    "antwoord komt hier ook en ik noem je naam erbij.",
    "left_alone": "De vraag waarbij je je aansloot, is teruggenomen of veranderd. Er "
    "komt dus geen antwoord. Wil je het nog weten? Stel je vraag dan hier in je eigen woorden.",
    "volunteer_asks": "Een vrijwilliger wil je vraag beantwoorden en vraagt je eerst:",
    "official_asks": "Een medewerker van {body} wil je vraag beantwoorden en vraagt je eerst:",
    "ask_how": "Schrijf je antwoord hier, in dit gesprek. Laat je burgerservicenummer en andere "
    "dingen die alleen jij hoort te weten weg.",
    "introduction": "Ik ben Loket, een bot. Stel me je vraag over uitkeringen, belasting, "
    "vergunningen, wonen of zorgverzekering. Ken ik een antwoord dat mensen hebben nagekeken, dan "
    "plaats ik het. Anders breng ik je vraag naar mensen. Wil je meteen naar mensen? Schrijf "
    "{people} en je vraag.",
    "people_how": "Graag. Schrijf {people} en daarachter je vraag, in één bericht. "
    "Dan breng ik hem meteen naar mensen.",
    "ask_changed_by_volunteer": "De vrijwilliger heeft de vraag hierboven veranderd. Die luidt nu:",
    "ask_changed_by_official": "De medewerker van {body} heeft de vraag hierboven veranderd. Die "
    "luidt nu:",
    "changed_by_volunteer": "De vrijwilliger heeft het antwoord hierboven veranderd. Het luidt nu:",
    "changed_by_official": "De medewerker van {body} heeft het antwoord hierboven veranderd. "
    "Het luidt nu:",
    "answer_taken_back": "Het antwoord dat je hier kreeg, is ingetrokken door wie het schreef. "
    "Ga er niet van uit. Een beter antwoord komt hier.",
    "no_files": "Ik ben een bot en ik kan geen foto's of bestanden zien en geen spraakberichten "
    "horen. Schrijf je vraag in woorden. Laat je burgerservicenummer en andere dingen die "
    "alleen jij hoort te weten weg.",
    "unreadable": "Ik ben een bot en ik kon een bericht van jou hier niet ontsleutelen. Niemand "
    "anders heeft het via mij gezien. Stuur het nog een keer: wat je vanaf nu schrijft kan ik "
    "lezen.",
    "crowded": "In deze chat zitten nu meer dan twee mensen. Wat je privé vroeg, beantwoord ik "
    "alleen privé. Begin een nieuwe chat met mij.",
    "question_full": "Je vraag is nu zo lang als ik kan bewaren. Wat je net schreef, staat er niet "
    "in. Heb ik hem naar mensen gebracht, dan kun je hier weer schrijven.",
    "over_budget_person": "Ik ben een bot. Ik heb zoveel van je berichten beantwoord als ik "
    "binnen een uur mag. Over {minutes} min antwoord ik je weer. Stel je vraag dan opnieuw.",
    "over_budget_room": "Ik ben een bot. Ik heb in deze ruimte zoveel berichten beantwoord als ik "
    "binnen een uur mag. Over {minutes} min antwoord ik weer. Stel je vraag dan opnieuw.",
    "over_budget_more": "Ik ben een bot. Ik heb zoveel van je berichten doorgegeven als ik binnen "
    "een uur mag. De mensen die je vraag hebben, hebben dit niet gekregen. Schrijf het over "
    "{minutes} min nog een keer.",
    "over_budget_others": "Mensen hier kunnen je nog wel antwoord geven.",
}
