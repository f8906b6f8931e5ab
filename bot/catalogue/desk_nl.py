"""What responders read in Dutch; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    "case_title": "Zaak {case}: een vraag in het {language}",
    "case_topic": "Onderwerp (een gok): {topic}",
    "case_no_topic": "Onderwerp: geen bekend onderwerp is dichtbij",
    "case_from_room": "Gesteld in een communityruimte",
    "case_from_direct": "Gesteld in een privégesprek",
    "case_waited": "Niemand in de ruimte heeft geantwoord",
    "case_why": "De bot gaf geen antwoord: {why}",
    "case_near": "Dichtstbijzijnde antwoorden (nummer, score, taal, id):",
    "case_held": "Dit gold tot en met {date}: {answer}",
    "case_none_near": "Geen antwoord is dichtbij.",
    "case_since": "{place}, {since}",
    "case_due": "De vrager weet dat er een antwoord zou zijn op {at}",
    "case_demand": "{count} anderen vragen dit ook",
    "case_demand_one": "1 ander vraagt dit ook",
    "case_officials": "De zaak wacht op ambtenaren",
    "case_for_body": "De zaak wacht op medewerkers van {body}",
    "standing": "Nu: {status}",
    "standing_claimed": "Nu: {who} heeft de zaak",
    "standing_snoozed": "Nu: ligt stil tot {until}",
    "standing_merged": "Nu: dezelfde vraag als zaak {case}; het antwoord komt daar",
    "case_how": "In deze draad: met !claim, of 🙋 op dit bericht, neem je de zaak. !answer en je "
    "woorden gaan naar de vrager; !send 1 stuurt het eerste antwoord hierboven. Wat je zonder ! "
    "schrijft, blijft hier; heb jij de zaak, tik dan op 📤 eronder om het te versturen. ⏫ brengt "
    "de zaak naar ambtenaren. !help vertelt de rest.",
    "hidden": "In het bericht stonden tekens die niemand ziet ({count}). Die zijn weggelaten.",
    "case_told": "De vrager heeft dit antwoord:",
    "room_moved": "De ruimte {room} is vervangen door {new}. Ik ben meegegaan, met alles wat daar "
    "wacht. Beheerders: zet het nieuwe adres in de instellingen.",
    "desk_moved": "De balie was {room} en is nu {new}. Elke open zaak krijgt hier een nieuwe "
    "draad. Beheerders: zet het nieuwe adres in de instellingen.",
    "not_moved": "De ruimte {room} zegt dat een andere ruimte haar plaats inneemt. Ik ben niet "
    "meegegaan: de andere ruimte noemt deze niet, dus het kan een truc zijn. Kijk het na.",
    "invited": "Iemand van {server} heeft mij voor een andere ruimte of chat uitgenodigd. Ik ben "
    "niet gegaan: mijn instellingen staan het niet toe, of het is geen chat met één mens.",
    "reopened": "De vrager van zaak {case} zegt dat het antwoord niet hielp. De zaak is weer open. "
    "Wat nog niet duidelijk is, komt hier als de vrager het schrijft; met !askback vraag je "
    "ernaar.",
    "asker_adds": "De vrager schrijft nog:",
    "asker_thanks": "De vrager bedankt je:",
    "asker_changed": "De vrager heeft de woorden hierboven veranderd. Ze luiden nu:",
    "withdrawn": "De vrager heeft de vraag van zaak {case} teruggenomen. De woorden zijn hier "
    "weggehaald en de zaak is gesloten. Er is niets meer te doen.",
    "became_known": "De vrager heeft de vraag van zaak {case} veranderd, en de bot kon hem "
    "beantwoorden met een nagekeken antwoord. De zaak is gesloten.",
    "answer_stays": "Zaak {case} is na dat antwoord verdergegaan. Wat de vrager heeft, blijft zo. "
    "Schrijf hier een nieuw bericht als het anders moet.",
    "took_back": "Het antwoord op zaak {case} is ingetrokken. De vrager weet het. Met !answer "
    "geef je een beter antwoord.",
    "parked": "Iets hier of in een andere ruimte kon niet worden verwerkt, na {tries} pogingen "
    "({error}). Het is bewaard. Zeg het de beheerders: `loket status` laat het zien.",
    "undelivered": "Wat de bot de vrager van zaak {case} moest zeggen, kan niet worden bezorgd "
    "({reason}). Misschien weet de vrager het dus niet.",
    "only_responders": "Deze ruimte is de balie. Alleen mensen die in de instellingen van de bot "
    "als beantwoorder staan, kunnen hier opdrachten geven.",
    "no_case": "Welke zaak? Schrijf het in de draad onder het eerste bericht van een zaak, of zet "
    "het nummer van de zaak erachter: !{verb} 12.",
    "unknown_command": "De opdracht !{word} bestaat niet. !help noemt ze.",
    "claimed": "{who} heeft zaak {case}. !answer en je woorden gaan naar de vrager, of schrijf "
    "eerst en tik op 📤.",
    "has_it": "{who} heeft zaak {case}. Met !release kan die persoon hem teruggeven.",
    "assigned": "{who} heeft nu zaak {case}. Met !release geef je hem terug.",
    "assign_whom": "Schrijf aan wie: !assign @naam. Beantwoorders hier: {names}.",
    "took_over": "{who} heeft zaak {case} overgenomen.",
    "not_idle": "{who} heeft zaak {case}. Gebeurt er niets, dan kan een ander hem met !take nemen "
    "vanaf {at}.",
    "has_enough": "{who} heeft al {bound} zaken ({cases}). Geef er eerst een terug met !release.",
    "officials_only": "Zaak {case} wacht op ambtenaren. Alleen zij kunnen hem nemen.",
    "snooze_how": "Tot wanneer? !snooze 4h (uren), !snooze 3d (dagen) of !snooze 2027-01-31; "
    "hooguit 90 dagen.",
    "snoozed": "Zaak {case} ligt stil tot {at}. Met !claim neem je hem eerder op.",
    "woken": "Zaak {case} is terug: het is zover.",
    "escalated": "Zaak {case} wacht nu op ambtenaren.",
    "escalated_to_nobody": "Zaak {case} wacht nu op ambtenaren, maar de instellingen noemen er "
    "geen.",
    "transferred": "Zaak {case} wacht nu op medewerkers van {body}.",
    "transfer_where": "Naar welke organisatie? !transfer en de naam. Hier zijn: {names}.",
    "merge_where": "Zaak {case} kan hem niet opnemen: zo'n open zaak is er niet aan de balie. "
    "Schrijf het nummer van de andere zaak: !merge 12.",
    "merged": "Zaak {case} is dezelfde vraag als zaak {into}. Beide vragers krijgen het antwoord "
    "dat daar komt.",
    "split": "Zaak {case} is weer open: zaak {gone}, waarmee hij was samengevoegd, is door de "
    "vrager teruggenomen of veranderd. Met !claim neem je hem.",
    "alike": "Zaak {case} is misschien dezelfde vraag ({likeness}): met !merge {case} voeg je ze "
    "samen.",
    "alike_across": "Zaak {case}, gesteld in een andere taal, is misschien dezelfde vraag "
    "({likeness}): met !merge {case} voeg je ze samen. Beide krijgen dan dezelfde woorden als "
    "antwoord.",
    "by_maintainer": "Dit deed een beheerder, buiten de balie om.",
    "close_why": "Schrijf erachter waarom: !close en de reden. De vrager leest die.",
    "ask_empty": "Schrijf de vraag erachter: !askback en je woorden.",
    "asked_back": "Je vraag ging naar de vrager van zaak {case}. Wat die schrijft, komt hier.",
    "send_which": "Er is geen antwoord {entry} dat daarheen mag. Schrijf een nummer van de kaart, "
    "!send 1, of een id.",
    "entry_sent": "De vrager van zaak {case} heeft nu antwoord {entry}, woord voor woord.",
    "snippet_which": "Welke tekst? !snippet en de naam. Er zijn: {names}.",
    "preview": "De vrager zou lezen:",
    "preview_empty": "Schrijf de woorden erachter: !preview en je woorden.",
    "still_open": "Nog niemand heeft zaak {case}. Kun jij? Met !claim neem je hem.",
    "idle_reminded": "Zaak {case} is van jou en wacht. Gebeurt er niets tot {at}, dan is hij weer "
    "vrij voor anderen. Moet hij wachten: !snooze 2d. Lukt het niet: !release.",
    "lapsed": "Zaak {case} is weer vrij: {who} kwam er niet aan toe. Met !claim neem je hem.",
    "released": "Zaak {case} is weer vrij.",
    "answer_empty": "Schrijf het antwoord erachter: !answer en je woorden.",
    "sent": "Verstuurd naar de vrager van zaak {case}, als van {role}.",
    "role_volunteer": "een vrijwilliger, nog niet nagekeken",
    "role_official": "een medewerker van {body}",
    "draft_title": "In de kennisbank zouden burgers dit lezen:",
    "draft_missing": "Ontbreekt: {fields}. Wie het antwoord schreef, kan ook: !edit {field}: …",
    "draft_wordings": "Ook zo gevraagd; elke formulering leidt naar het antwoord "
    "(!edit alternatives: …, op elke regel één, zegt welke blijven):",
    "draft_masked": "Uit de vraag en de formuleringen weggelaten: {kinds}. Namen herken ik niet: "
    "haal die er zelf uit.",
    "draft_personal": "Kijk even: dit is misschien persoonlijk: {kinds}. Het staat er zoals het "
    "geschreven is.",
    "draft_scope": "Geen kamer hier gaat over {scope}: niemand zou dit krijgen.",
    "scope_unserved": "Niet overgenomen: geen kamer gaat over {scope}; wat daarvoor geldt, bereikt "
    "niemand. Er zijn kamers over: {scopes}. !edit scope: en een daarvan.",
    "draft_how": "Iemand anders die mag nakijken, kan nu schrijven: !vet (of een tik op ✅) om het "
    "zo te publiceren, !edit veld: waarde om het eerst te veranderen (velden: {fields}), !reject "
    "en een reden om het terug te geven. Wie de woorden van het antwoord verandert, laat !vet aan "
    "iemand anders over. Haal persoonlijke gegevens uit de vraag voordat je publiceert.",
    "draft_wrong": "Niet veranderd. {text}",
    "vet_not_you": "Jij kunt zaak {case} niet nakijken: {reason}. {who}",
    "vet_who": "Wel: {names}.",
    "vet_nobody": "Volgens de instellingen mag nu niemand het. Vraag het de beheerders.",
    "vet_nobody_else": "Niemand anders mag het. Stuurt wie de zaak heeft jouw woorden met !answer, "
    "dan kun jij ze nakijken.",
    "vet_own": "niemand kijkt zijn eigen antwoord na",
    "vet_own_words": "jij schreef de woorden het laatst, en niemand kijkt zijn eigen woorden na",
    "vet_not_entitled": "volgens de instellingen mag jij niet nakijken",
    "vet_other_topic": "volgens de instellingen mag jij dit onderwerp ({topic}) niet nakijken",
    "vet_other_body": "{body} gaat hierover, en jij antwoordt voor een andere organisatie",
    "vet_incomplete": "Niet gepubliceerd: {fields} ontbreekt. Vul aan met !edit veld: waarde.",
    "vet_end": "Niet gepubliceerd. {text}",
    "vet_conflict": "Niet gepubliceerd: op deze vraag is er al een antwoord voor dezelfde plaats, "
    "en dat zegt iets anders.",
    "vet_conflict_of": "Bron: {source} · organisatie: {body}",
    "vet_ways": "Wat klopt? !vet supersede {entry}: jouw concept komt ervoor in de plaats. "
    "!vet merge {entry}: dat antwoord blijft, de vrager krijgt het, en zijn woorden leiden ernaar. "
    "Kloppen beide, maar niet op dezelfde plaats: !edit scope: en de plaats, en dan !vet.",
    "vet_across": "Nog niet gepubliceerd: wat er in een andere taal staat, is misschien een "
    "antwoord op dezelfde vraag. Vergelijk ze, ook getallen, dagen en bedragen.",
    "vet_across_ways": "Hoe horen ze bij elkaar? !vet translation {entry}: ze zeggen hetzelfde, "
    "en jouw concept is de vertaling. !vet supersede {entry}: jouw concept geldt, het andere "
    "wordt ingetrokken. !vet apart {entry} en waarom: het gaat over iets anders; de reden wordt "
    "bewaard. Kloppen beide, maar niet op dezelfde plaats: !edit scope: en de plaats. Zijn het er "
    "meer: een regel voor elk.",
    "apart_why": "Schrijf erachter waarom: !vet apart {entry} en de reden. Die wordt bewaard.",
    "translated_before": "{entry} heeft al een vertaling in die taal: {other}. Met !vet supersede "
    "{other} komt jouw concept ervoor in de plaats.",
    "translation_chain": "{entry} heeft zelf vertalingen, dus het kan er geen zijn. !vet "
    "supersede en het andere, of !vet apart en waarom.",
    "published_translation": "Het is een vertaling van {original}. Zegt dat niet hetzelfde, laat "
    "het dan ook veranderen. Daar staat:",
    "published_uncompared": "Met wat er in het {languages} is, kon ik het niet vergelijken: dat "
    "is te weinig. Kijk zelf of iets daarvan dezelfde vraag beantwoordt.",
    "vet_how": "!vet publiceert het concept. Is er een ander antwoord op de vraag: !vet supersede "
    "en de id ervan, of !vet merge en de id.",
    "vet_target": "Er is geen antwoord {entry} waarmee dat kan. De id staat bij de antwoorden die "
    "het dichtst in de buurt komen, of waar !vet zegt wat er al is.",
    "vet_other_place": "{entry} geldt voor {scope}, in de taal {language}. Een concept vervangt "
    "alleen een antwoord voor dezelfde plaats en in dezelfde taal.",
    "vet_theirs": "{entry} is nagekeken voor {body}. Alleen een medewerker daarvan kan het "
    "vervangen.",
    "vet_merged": "De vrager van zaak {case} heeft nu {entry}, woord voor woord. Wat vragers hier "
    "schreven, leidt er voortaan naar.",
    "published_here": "In kamers over {scope} komt het in de plaats van: {entries}.",
    "published_elsewhere": "Op deze plekken komt een ander antwoord ervoor in de plaats: {places}.",
    "published_unsearched": "Het zoeken is nu stuk, dus ik keek alleen naar dezelfde woorden. "
    "Kijk zelf of iets anders dit ook beantwoordt, en zeg het de beheerders.",
    "published": "Gepubliceerd als {entry}, versie {version}. Wie het nu vraagt, krijgt dit.",
    "rejected": "{who} heeft het antwoord op zaak {case} teruggegeven. De vrager weet dat hij "
    "moet wachten. Met !answer geef je een beter antwoord.",
    "reject_empty": "Schrijf erachter waarom: !reject en de reden. Die blijft hier.",
    "closed": "Zaak {case} is gesloten.",
    "closed_told": "Zaak {case} is gesloten. De vrager weet dat er geen antwoord is.",
    "review_soon": "Geldt dit nog? De laatste dag is {until}.",
    "review_over": "Geldt dit nog? De laatste dag was {until}: het wordt niet meer gegeven.",
    "review_facts": "Antwoord: {entry} · organisatie: {body} · bron: {source}",
    "review_how": "Leg het naast de bron. Het geldt nog: tik hier op ✅, of schrijf !confirm in "
    "deze draad. Het geldt niet meer: !withdraw en waarom. Wie het mag nakijken, kan dat doen.",
    "renew": "Dit is een vertaling van {original}, en dat zegt nu iets anders. Vernieuw de "
    "vertaling.",
    "renew_gone": "Dit is een vertaling van {original}, en dat is ingetrokken. Geldt dit nog?",
    "renew_original": "{original} zegt nu:",
    "renew_how": "Zegt het hetzelfde als het origineel: !confirm {entry} {state}. Zo niet: "
    "beantwoord de volgende vraag erover opnieuw, met !vet supersede {entry}; tot dan !withdraw "
    "{entry} en waarom. Een tik is niet genoeg.",
    "renew_gone_how": "!withdraw {entry} en waarom. Geldt het zonder het origineel, laat het dan "
    "als eigen antwoord nakijken.",
    "which_entry": "Welk antwoord? !{verb} en het id, of schrijf het in de draad over dat "
    "antwoord.",
    "entry_not_yours": "Antwoord {entry} is van {body}. Alleen wie het mag nakijken, kan dat doen.",
    "confirmed": "Antwoord {entry} is bevestigd. Het geldt nu tot en met {until}.",
    "confirmed_before": "Antwoord {entry} was al bevestigd. Het geldt tot en met {until}.",
    "confirm_conflict": "Niet bevestigd: {others} zegt inmiddels iets anders op dezelfde vraag. "
    "Trek er eerst een in met !withdraw.",
    "not_served": "Antwoord {entry} wordt niet meer gegeven.",
    "withdraw_why": "Schrijf erachter waarom: !withdraw en de reden. Die blijft hier.",
    "entry_withdrawn": "Antwoord {entry} is ingetrokken. Niemand krijgt het nog, en wie het kort "
    "geleden kreeg, hoort dat.",
    "flag_opened": "Iemand die antwoord {entry} kreeg, zegt dat het misschien niet klopt. Er "
    "staat:",
    "flag_how": "In deze draad: !confirm als het geldt, !withdraw en waarom als het niet geldt. "
    "Ook een nieuwe versie ervan sluit dit af. Wie het zei, hoort wat ermee gebeurde.",
    "flag_reason": "Die schrijft waarom:",
    "desk_flag_confirmed": "Antwoord {entry} geldt; wie zei dat het misschien niet klopt, hoort "
    "dat.",
    "desk_flag_changed": "Antwoord {entry} is veranderd; wie zei dat het misschien niet klopt, "
    "hoort dat.",
    "desk_flag_withdrawn": "Antwoord {entry} is ingetrokken; wie zei dat het misschien niet klopt, "
    "hoort dat.",
    "change_advice": "Antwoord {entry} zegt sinds versie {version} iets anders. Wie kort geleden "
    "het oude kreeg, hoort dat.",
    "change_withdrawn": "Antwoord {entry} wordt niet meer gegeven. Wie het kort geleden kreeg, "
    "hoort dat.",
    "change_told": "{told} ingelicht, {unreachable} niet bereikbaar.",
    "change_waiting": "Krijgen nu bericht: {waiting}.",
    "move_waiting": "de ruimte mag hem nog beantwoorden",
    "move_open": "nog niemand heeft hem; met !claim neem je hem",
    "move_claimed": "er is nog geen antwoord; !answer en je woorden gaan naar de vrager",
    "move_answered": "er is al een antwoord; nu kan !vet, !reject of !close",
    "move_snoozed": "hij ligt een tijd stil; met !claim neem je hem",
    "move_confirmed": "hij is beantwoord en de vrager zegt dat het hielp; nu kan !vet, !reject of "
    "!close",
    "move_merged": "hij is samengevoegd met een andere zaak; ga daar verder",
    "move_withdrawn": "de vrager heeft de vraag teruggenomen",
    "move_vetted": "het antwoord is nagekeken en gepubliceerd; er is niets meer te doen",
    "move_closed": "hij is gesloten",
    "illegal": "Dat kan nu niet met zaak {case}: {why}.",
    "queue_title": "{count} open:",
    "queue_empty": "Geen open zaken. Dank je wel.",
    "queue_line": "Zaak {case} · {status} · {age} · {topic}",
    "queue_has": "{who} heeft hem",
    "queue_officials": "wacht op ambtenaren ({body})",
    "queue_demand": "nog {count} vragen het",
    "queue_more": "… en nog {count}.",
    "mine_title": "{count} van jou zijn open:",
    "mine_empty": "Geen open zaak is van jou.",
    "record_title": "Wat jij hier deed:",
    "record_answered": "zaken in je eigen woorden beantwoord: {count}",
    "record_was_vetted": "daarvan door iemand anders nagekeken: {count}",
    "record_sent": "zaken beantwoord met een antwoord dat er al was: {count}",
    "record_vetted": "antwoorden van anderen die jij nakeek: {count}",
    "record_thanked": "bedankjes van mensen die op jouw antwoord wachtten: {count}",
    "record_time": "waar jij als eerste antwoordde, kwam de helft binnen {time}",
    "record_private": "In een chat met mij zegt !record je dit zonder dat anderen het lezen.",
    "record_empty": "Je hebt hier nog niets beantwoord of nagekeken. !queue laat zien wie wacht.",
    "week_title": "De afgelopen week aan deze balie, jullie allemaal samen:",
    "week_answered": "zaken beantwoord: {count}",
    "week_vetted": "antwoorden nagekeken: {count}",
    "week_thanked": "bedankjes van mensen die iets vroegen: {count}",
    "week_waiting": "zaken die op antwoord wachten: {count}, de oudste al {time}",
    "week_none_waits": "geen zaak wacht op antwoord",
    "week_to_vet": "antwoorden die nog moeten worden nagekeken: {count}",
    "proposal": "{who} heeft de laatste {days} dagen {count} zaken beantwoord, en {percent} % van "
    "die antwoorden keek iemand anders na en keurde het goed. Mag {who} voortaan ook antwoorden "
    "van anderen nakijken?",
    "proposal_how": "Jullie beslissen, niet ik. Vind je het goed? Vraag dan de beheerders om in de "
    "instellingen may_vet: true te zetten, onder responders, bij id: {who}. Vind je het niet goed, "
    "dan hoef je niets te doen.",
    "help_title": "In de draad van een zaak:",
    "help_lines": "!claim (of tik op 🙋 bij de kaart): neem hem; !release (👋): geef hem terug\n"
    "!assign @naam: geef hem aan iemand; !take: neem hem over van wie hem liet liggen\n"
    "!answer en je woorden: die gaan naar de vrager, die leest van wie ze komen\n"
    "woorden zonder !: die blijven hier; tik op 📤 onder je eigen woorden om ze te sturen\n"
    "!preview en je woorden: wat de vrager zou lezen; er gaat niets weg\n"
    "!send 1: het eerste antwoord op de kaart gaat naar de vrager, woord voor woord; of !send en "
    "een id\n"
    "!snippet naam: een tekst die klaarligt gaat naar de vrager; !snippet noemt ze\n"
    "!askback en je vraag: die gaat naar de vrager, en wat die schrijft komt hier\n"
    "!escalate (⏫): ambtenaren moeten ernaar kijken; !transfer en een organisatie: die moet het\n"
    "!merge 12: zaak 12 is dezelfde vraag; het antwoord gaat ook naar deze vrager\n"
    "!snooze 3d: laat hem zo lang liggen\n"
    "!edit veld: waarde: verander het concept voor de kennisbank\n"
    "!vet (✅ bij het concept): publiceer het; door een tweede persoon die mag nakijken\n"
    "!vet supersede id, !vet merge id: is er een ander antwoord: vervang het, of houd het; !vet "
    "translation id, !vet apart id en waarom: is het er in een andere taal\n"
    "!reject en waarom: geef een antwoord terug; door iemand die mag nakijken\n"
    "!confirm id (✅ bij de vraag erover): een antwoord geldt nog; !withdraw id en waarom: niet "
    "meer\n"
    "!close en waarom: sluit de zaak; de vrager leest waarom\n"
    "Overal hier en in een chat met mij: !queue noemt de open zaken, !mine die van jou, !record "
    "wat je deed; achter "
    "!claim 12 en de andere staat het nummer van de zaak",
    "masked_email": "[e-mail]",
    "masked_account": "[account]",
    "masked_iban": "[bankrekening]",
    "masked_phone": "[telefoon]",
    "masked_number": "[nummer]",
    "masked_address": "[adres]",
    "masked_birth": "[geboortedatum]",
    "status_waiting": "wacht in zijn ruimte",
    "status_open": "niemand heeft hem",
    "status_claimed": "genomen",
    "status_snoozed": "ligt een tijd stil",
    "status_answered": "beantwoord, niet nagekeken",
    "status_confirmed": "beantwoord en het hielp, niet nagekeken",
    "status_merged": "samengevoegd",
    "status_withdrawn": "teruggenomen door de vrager",
    "status_vetted": "nagekeken",
    "status_closed": "gesloten",
    "length_minutes": "{n} minuten",
    "length_hours": "{n} uur",
    "length_hours_one": "{n} uur",
    "length_days": "{n} dagen",
    "length_days_one": "{n} dag",
    "length_weeks": "{n} weken",
    "length_weeks_one": "{n} week",
    "length_working_hours": "{n} werkuren",
    "length_working_hours_one": "{n} werkuur",
    "length_working_days": "{n} werkdagen",
    "length_working_days_one": "{n} werkdag",
    "minutes": "{n} min",
    "hours": "{n} u",
    "days": "{n} d",
    "why_off": "antwoorden staat uit",
    "why_broken": "zoeken is stuk; zeg het de beheerders",
    "why_nothing": "hij vond niets",
    "why_far": "niets is dichtbij genoeg",
    "why_close_call": "twee verschillende antwoorden zijn ongeveer even dichtbij",
    "why_other_topic": "het onderwerp hoort niet bij die ruimte",
    "why_expired": "het antwoord dat past, geldt niet meer",
    "why_flagged": "iemand zei dat een antwoord misschien niet klopt",
    "why_stale": "de vertaling die past, is ouder dan het origineel",
    "why_people": "de vrager wil mensen",
}
