"""What responders read in Dutch of entries and drafts; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    "case_doubted": "wordt nagekeken",
    "withdrawn": "De vrager heeft de vraag van zaak {case} teruggenomen. De woorden zijn hier "
    "weggehaald en de zaak is gesloten. Er is niets meer te doen.",
    "draft_title": "In de kennisbank zouden burgers dit lezen:",
    "draft_missing": "Ontbreekt: {fields}. Wie het antwoord schreef, kan ook: !edit {field}: …",
    "draft_source": "Kijkt een ambtenaar het zo na, dan is diens organisatie de bron.",
    "draft_wordings": "Ook zo gevraagd; elke formulering leidt naar het antwoord "
    "(!edit alternatives: …, op elke regel één, zegt welke blijven):",
    "draft_tied": "Hiervan overgenomen van antwoorden voor een andere plaats, zodat elk op zijn "
    "eigen plaats geldt: {wordings}.",
    "draft_masked": "Uit de vraag en de formuleringen weggelaten: {kinds}. Namen herken ik niet: "
    "haal die er zelf uit.",
    "draft_personal": "Kijk even: dit is misschien persoonlijk: {kinds}. Het staat er zoals het "
    "geschreven is.",
    "draft_scope": "Geen kamer hier gaat over {scope}: niemand zou dit krijgen.",
    "draft_corrects": "Dit zou de volgende versie van antwoord {entry} zijn.",
    "scope_unserved": "Niet overgenomen: geen kamer gaat over {scope}; wat daarvoor geldt, bereikt "
    "niemand. Er zijn kamers over: {scopes}. !edit scope: en een daarvan.",
    "draft_how": "Iemand anders die mag nakijken, kan nu schrijven: !vet (of een tik op ✅) om het "
    "zo te publiceren, !edit veld: waarde om het eerst te veranderen (velden: {fields}), !reject "
    "en een reden om het terug te geven. Wie meer dan een typefout verandert in wat het antwoord "
    "zegt, laat !vet aan iemand anders over. Haal persoonlijke gegevens uit de vraag voordat je "
    "publiceert.",
    "draft_how_again": "!vet (of een tik op ✅ hier) publiceert het zo, !edit verandert het nog "
    "eens.",
    "draft_wrong": "Niet veranderd. {text}",
    "body_stays": "Niet veranderd: {body} gaat hierover. Een medewerker daarvan, of wie ervoor "
    "mag nakijken, kan een andere organisatie noemen.",
    "vet_unseen": "Niet gepubliceerd: het concept van zaak {case} is niet wat je te zien kreeg. "
    "Het komt in de draad van de zaak. Klopt het zo: !vet, of een tik ✅ erop.",
    "vet_not_you": "Jij kunt zaak {case} niet nakijken: {reason}. {who}",
    "vet_who": "Wel: {names}.",
    "vet_nobody": "Volgens de instellingen mag nu niemand het. Vraag het de beheerders.",
    "vet_nobody_else": "Niemand anders mag het. Jij kunt het zodra jouw woorden eruit zijn; of "
    "vraag de beheerders om een tweede die mag nakijken.",
    "vet_own": "niemand kijkt zijn eigen antwoord na",
    "vet_own_words": "jij veranderde wat er staat, en niemand kijkt zijn eigen woorden na",
    "vet_said_before": "jij zei dit eerder zelf, en niemand kijkt zijn eigen woorden na",
    "vet_not_entitled": "volgens de instellingen mag jij niet nakijken",
    "vet_other_topic": "volgens de instellingen mag jij dit onderwerp ({topic}) niet nakijken",
    "vet_other_body": "{body} gaat hierover, en jij antwoordt voor een andere organisatie",
    "vet_incomplete": "Niet gepubliceerd: {fields} ontbreekt. Vul aan met !edit veld: waarde.",
    "vet_source": "Nog niet gepubliceerd: er stond geen bron. Nu staat er {source}, waarvoor jij "
    "antwoordt. Klopt dat: nog een keer !vet.",
    "vet_tied": "Nog niet gepubliceerd: wat het concept overneemt van antwoorden voor een andere "
    "plaats, is veranderd. Het staat er nu. Klopt het zo, schrijf dan hetzelfde nog eens.",
    "vet_end": "Niet gepubliceerd. {text}",
    "vet_unsearched": "Niet gepubliceerd: zoeken werkt nu niet, dus ik kan niet zien of iets "
    "anders dit ook beantwoordt. Wacht even, en schrijf dan hetzelfde nog eens. Blijft het zo, zeg "
    "het de beheerders: loket doctor noemt wat er mis is.",
    "vet_conflict": "Niet gepubliceerd: op deze vraag is er al een antwoord voor dezelfde plaats, "
    "en dat zegt iets anders.",
    "vet_conflict_of": "Bron: {source} · organisatie: {body}",
    "vet_conflict_wordings": "Ook zo gevraagd:",
    "vet_ways": "Wat klopt?\n!vet supersede {entry}: jouw concept komt ervoor in de plaats.\n"
    "!vet merge {entry}: dat antwoord blijft, de vrager krijgt het, en zijn woorden leiden "
    "ernaar.\n"
    "Kloppen beide, maar niet op dezelfde plaats: !edit scope: en de plaats, en dan !vet.",
    "vet_ways_flagged": "Haal uit het concept wat {entry} beantwoordt (!edit question: of "
    "alternatives:), maak de plaats kleiner (!edit scope:), of trek een van beide in met !withdraw "
    "en waarom.",
    "vet_across": "Nog niet gepubliceerd: wat er in een andere taal staat, is misschien een "
    "antwoord op dezelfde vraag. Vergelijk ze, ook getallen, dagen en bedragen.",
    "vet_across_ways": "Hoe horen ze bij elkaar? !vet translation {entry}: ze zeggen hetzelfde, "
    "en jouw concept is de vertaling. !vet supersede {entry}: jouw concept geldt, het andere "
    "wordt ingetrokken. !vet apart {entry} en waarom: het gaat over iets anders; de reden wordt "
    "bewaard. Kloppen beide, maar niet op dezelfde plaats: !edit scope: en de plaats. Zijn het er "
    "meer: een regel voor elk; achter apart kunnen meer id's staan.",
    "vet_across_there": "Gelden de twee voor verschillende plaatsen: !vet there {entry}: beide "
    "beantwoorden dezelfde vraag, elk op de eigen plaats. Op de kleinste plaats komt dat ene in de "
    "plaats van het andere, in elke taal.",
    "vet_across_unseen": "Niet gepubliceerd: van {entries} heb je een andere versie gezien, of "
    "geen. Kijk ernaar, en schrijf het nog eens als het nog klopt.",
    "vet_there": "{entry} geldt alleen voor {scope}, dus wat overal geldt, is er geen vertaling "
    "van. Beantwoorden ze dezelfde vraag: !vet there {entry}. Zo niet: !vet apart {entry} en "
    "waarom.",
    "vet_there_same": "{entry} geldt voor {scope}, dus geen van de twee hoort op een plek van het "
    "andere: !vet translation {entry}, !vet supersede {entry}, of !vet apart {entry} en waarom.",
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
    "vet_flagged": "Zaak {case} gaat over antwoord {entry}: !vet maakt van het concept de volgende "
    "versie ervan. Moet het weg? !withdraw {entry} en waarom.",
    "vet_moved_on": "{entry} is veranderd sinds dat antwoord, dus deze zaak sluit vanzelf. Kijk of "
    "klopt wat er nu staat.",
    "vet_elsewhere": "{entry} geldt niet voor wie het vroeg in een kamer over {places}: die hoort "
    "er niets van, en houdt het antwoord dat hier is gegeven.",
    "vet_merged": "De vrager van zaak {case} heeft nu {entry}, woord voor woord. Wat vragers hier "
    "schreven, leidt er voortaan naar.",
    "vet_merged_tied": "Deze ook, van antwoorden voor een andere plaats:",
    "vet_merged_only": "De vrager van zaak {case} heeft nu {entry}, woord voor woord. Wat "
    "vragers hier schreven, leidt er niet naar: het is in een andere taal, of niet aan jou om te "
    "veranderen.",
    "published_here": "In kamers over {scope} komt het in de plaats van: {entries}.",
    "published_elsewhere": "Op deze plekken komt een ander antwoord ervoor in de plaats: {places}.",
    "published": "Gepubliceerd als {entry}, versie {version}. Wie het nu vraagt, krijgt dit.",
    "review_soon": "Geldt dit nog? De laatste dag is {until}.",
    "review_over": "Geldt dit nog? De laatste dag was {until}: het wordt niet meer gegeven.",
    "review_undated": "Geldt dit nog? Er is geen laatste dag. Laatst nagekeken: {checked}.",
    "review_facts": "Antwoord: {entry} · organisatie: {body} · bron: {source}",
    "review_how": "Leg het naast de bron. Geldt het nog? Tik hier op ✅, of schrijf !confirm in "
    "deze draad. Geldt het niet meer? Schrijf !withdraw en waarom. Dat kan wie het mag nakijken.",
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
    "confirm_own": "Niet bevestigd: wat in antwoord {entry} staat, heb je zelf geschreven. Iemand "
    "anders moet ernaar kijken.",
    "confirm_unseen": "Niet bevestigd: antwoord {entry} is niet wat je te zien kreeg. Er staat nu:",
    "confirm_unseen_how": "Leg het naast de bron. Het geldt nog: !confirm {entry}.",
    "confirm_conflict": "Niet bevestigd: {others} beantwoordt dezelfde vraag als {entry} al, voor "
    "dezelfde plaats, en zegt iets anders. Trek er eerst een in met !withdraw.",
    "confirm_unsearched": "Niet bevestigd: zoeken werkt nu niet, dus ik kan niet zien of iets "
    "anders dit ook beantwoordt. Wacht even, en schrijf dan !confirm {entry}. Blijft het zo, zeg "
    "het de beheerders: loket doctor noemt wat er mis is.",
    "confirm_tied": "Deze woorden, van antwoorden voor een andere plaats, leiden er ook naartoe, "
    "zodat elk op de eigen plaats geldt:",
    "confirm_across": "Er staat in een andere taal iets wat misschien dezelfde vraag beantwoordt. "
    "Vergelijk ze; zeggen ze iets anders, trek er dan een in met !withdraw.",
    "not_served": "Antwoord {entry} wordt niet meer gegeven.",
    "withdraw_why": "Schrijf erachter waarom: !withdraw en de reden. Die blijft hier, bij de "
    "versies van het antwoord.",
    "withdraw_officials": "Antwoord {entry} is van {body}, en daar is hier niemand van. "
    "Vraag een medewerker van een andere organisatie om het in te trekken, of de beheerders.",
    "entry_withdrawn": "Antwoord {entry} is ingetrokken. Niemand krijgt het nog, en wie het kort "
    "geleden kreeg, hoort dat.",
    "history_none": "Er was nooit een antwoord {entry}.",
    "history_version": "versie {version}",
    "history_withdrawn": "versie {version} ingetrokken",
    "history_new": "de eerste",
    "history_typo": "een typefout hersteld",
    "history_minor": "het advies is hetzelfde",
    "history_advice": "het advies is veranderd",
    "history_by": "door {who}",
    "history_vetted": "nagekeken door {who}",
    "history_served": "De nieuwste versie wordt gegeven.",
    "answer_doubted": "Iemand zegt dat het antwoord in deze zaak niet klopt. Kijk er alsjeblieft "
    "naar: verander het waar je het schreef, of geef met !answer een nieuw antwoord.",
    "flag_title": "Zaak {case}: iemand zegt dat een antwoord in het {language} niet klopt",
    "flag_from_room": "Gezegd in een communityruimte",
    "flag_from_direct": "Gezegd in een privégesprek",
    "flag_entry": "Antwoord {entry} · bron: {source}. Het wordt nagekeken zolang deze zaak open "
    "is.",
    "flag_not_here": "Zaak {case} gaat over antwoord {entry}, waarvan iemand zegt dat het niet "
    "klopt; daar wacht niemand op een ander antwoord. !confirm als het geldt, !withdraw en waarom "
    "als het niet geldt, of !answer en de goede woorden.",
    "flag_no_merge": "Zaak {case} gaat over een antwoord waarvan iemand zegt dat het niet klopt; "
    "die kan niet samen met een vraag.",
    "flag_close_why": "!close en waarom: wie zegt dat antwoord {entry} niet klopt, leest het, en "
    "het antwoord wordt dan niet meer nagekeken.",
    "desk_flag_closed": "Zaak {case} is gesloten, en antwoord {entry} wordt niet meer nagekeken. "
    "Wie zei dat het niet klopt, leest waarom.",
    "send_paused": "Antwoord {entry} wordt nagekeken: iemand zegt dat het niet klopt. Niemand "
    "krijgt het tot dat is uitgezocht.",
    "sent_doubted": "Antwoord {entry} wordt nagekeken; dat leest de vrager ook.",
    "flag_opened": "Iemand die antwoord {entry} kreeg, zegt dat het misschien niet klopt. Er "
    "staat:",
    "flag_how": "In deze draad: !confirm als het geldt, !withdraw en waarom als het niet geldt. "
    "Weet je het beter: !answer en de goede woorden; iemand anders maakt daar met !vet de volgende "
    "versie van. Wie het zei, hoort wat ermee gebeurde.",
    "flag_reason": "Die schrijft waarom:",
    "flag_reason_changed": "Die heeft deze woorden veranderd. Ze luiden nu:",
    "flag_taken_back": "Wie zei dat het antwoord misschien niet klopt, heeft dat teruggenomen. "
    "Zaak {case} is gesloten. Er is niets meer te doen.",
    "flag_alone": "Wie zei dat het antwoord misschien niet klopt, heeft dat teruggenomen. Zaak "
    "{case} blijft open, want iemand heeft die genomen: !confirm, !withdraw of !close.",
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
}
