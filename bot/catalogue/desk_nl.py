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
    "case_past": "Verlopen, gold tot en met {date}: “{begins}”",
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
    "woorden gaan naar de vrager{send}. Wat je zonder ! schrijft, blijft hier; heb jij de zaak, "
    "tik dan op 📤 eronder om het te versturen. ⏫ brengt de zaak naar ambtenaren. !help vertelt "
    "de rest.",
    "case_how_send": "; !send {number} stuurt antwoord {number} hierboven",
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
    "reopened_by_words": "De vrager van zaak {case} schreef dat na het antwoord: er is nog iets "
    "niet duidelijk, of het klopt niet. De zaak is weer open.",
    "reopened_closed": "De vrager van zaak {case} schreef dat nadat hij zonder antwoord was "
    "gesloten. De zaak is weer open.",
    "parted": "Zaak {case} was samengevoegd met zaak {into}, en de vrager zegt dat het antwoord "
    "daar niet helpt. De zaak is weer open, op zichzelf. Het antwoord was:",
    "asker_adds": "De vrager schrijft nog:",
    "asker_thanks": "De vrager bedankt je:",
    "merged_adds": "De vrager van zaak {case}, die met deze is samengevoegd, schrijft nog:",
    "merged_thanks": "De vrager van zaak {case}, die met deze is samengevoegd, bedankt je:",
    "merged_changed": "De vrager van zaak {case}, die met deze is samengevoegd, heeft zijn of haar "
    "woorden veranderd. Ze luiden nu:",
    "joined_adds": "Iemand anders met deze vraag (➕) schrijft:",
    "joined_thanks": "Iemand anders met deze vraag (➕) bedankt je:",
    "joined_unhelped": "Iemand anders met deze vraag (➕) zegt dat het antwoord op zaak {case} "
    "niet hielp. Aantal keer 👎 eronder: {count}. De zaak blijft zoals hij is.",
    "asker_changed": "De vrager heeft de woorden hierboven veranderd. Ze luiden nu:",
    "became_known": "De vrager heeft de vraag van zaak {case} veranderd, en de bot kon hem "
    "beantwoorden met een nagekeken antwoord. De zaak is gesloten.",
    "answer_stays": "Zaak {case} is na dat antwoord verdergegaan. Wat de vrager heeft, blijft zo. "
    "Schrijf hier een nieuw bericht als het anders moet.",
    "ask_stays": "Wie dat vroeg, heeft zaak {case} nu niet, of de zaak is verdergegaan. Wat de "
    "vrager heeft, blijft zo.",
    "edit_stays": "Er is niets verstuurd: in je bewerking staan geen woorden voor de vrager van "
    "zaak {case}. Wat de vrager heeft, blijft zoals het was. Verwijder je bericht om het in te "
    "trekken, of schrijf een nieuw bericht om meer te zeggen.",
    "edit_not_done": "Er is niets gedaan en er wordt niets verstuurd: een opdracht wordt niet "
    "uitgevoerd door andere woorden te bewerken. Schrijf een nieuw bericht.",
    "edit_note_stays": "Je bewerking heeft niets veranderd: de aantekening in de draad van de "
    "zaak blijft zoals ze was. Bewerk dit tot !note, het nummer van dezelfde zaak en de nieuwe "
    "woorden.",
    "not_sent_command": "Niet verstuurd: deze woorden beginnen nu met !. Schrijf een nieuw "
    "bericht.",
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
    "unknown_command_near": "De opdracht !{word} bestaat niet. Is het !{near}? !help noemt ze "
    "allemaal.",
    "number_here": "Dit is de draad van zaak {case}. Gaat het om zaak {case}, laat het nummer dan "
    "weg: !{verb}. Gaat het om zaak {other}, schrijf het dan buiten deze draad: !{verb} {other}.",
    "number_of_other": "Niet verstuurd: dit is de draad van zaak {case}, en {other} is het nummer "
    "van een andere zaak. Gaat het om zaak {case}, laat het nummer dan weg. Gaat het om zaak "
    "{other}, schrijf het dan buiten deze draad: !{verb} {other} en je woorden. Hoort {other} bij "
    "je woorden, zet er dan een ander woord voor.",
    "number_of_case": "Niet verstuurd: in de draad van zaak {case} hoort achter !{verb} geen "
    "nummer. Laat het weg. Hoort {case} bij je woorden, zet er dan een ander woord voor.",
    "untapped_late": "Je hebt al iets met zaak {case} gedaan sinds je hem nam, dus hij blijft van "
    "jou. Met !release geef je hem terug.",
    "claimed": "{who} heeft zaak {case}. !answer en je woorden gaan naar de vrager, of schrijf "
    "eerst en tik op 📤.",
    "has_it": "{who} heeft zaak {case}. Met !release kan die persoon hem teruggeven; gebeurt er "
    "niets, dan kan een ander hem nemen met !take.",
    "has_it_snoozed": "{who} heeft zaak {case} en laat hem een tijd liggen. Daarna komt hij bij "
    "die persoon terug, die hem met !claim eerder kan opnemen.",
    "has_it_answered": "{who} heeft zaak {case} beantwoord en kan een beter antwoord sturen. Wie "
    "het mag nakijken, kan het eerst teruggeven: !reject en waarom.",
    "assigned": "{who} heeft nu zaak {case}. Met !release geef je hem terug.",
    "assign_whom": "Schrijf aan wie: !assign @naam. Beantwoorders hier: {names}.",
    "took_over": "{who} heeft zaak {case} overgenomen.",
    "not_idle": "{who} heeft zaak {case}. Gebeurt er niets, dan kan een ander hem met !take nemen "
    "vanaf {at}.",
    "has_enough": "{who} heeft al zoveel zaken als één persoon mag hebben: {cases}. Geef er eerst "
    "een terug met !release.",
    "officials_only": "Zaak {case} wacht op ambtenaren. Alleen zij kunnen hem nemen.",
    "other_body": "Zaak {case} wacht op medewerkers van {body}. Hoort hij bij {own}? Met "
    "!transfer {own} gaat hij daarheen.",
    "assigned_away": "Die is er weer op {at}.",
    "snooze_how": "Tot wanneer? !snooze 4u (uren), 3d (dagen), 1w (weken), morgen, maandag of "
    "2027-01-31; hooguit 90 dagen.",
    "snoozed": "Zaak {case} ligt stil tot {at}. Met !claim neem je hem eerder op.",
    "woken": "Zaak {case} is terug: het is zover.",
    "woken_many": "{count} zaken zijn terug, want het is zover: {cases}.",
    "escalated": "Zaak {case} wacht nu op ambtenaren.",
    "escalated_to_nobody": "De instellingen noemen geen ambtenaren. Zaak {case} blijft bij "
    "wie hier zijn.",
    "transferred": "Zaak {case} wacht nu op medewerkers van {body}.",
    "transfer_where": "Naar welke organisatie? !transfer en de naam. Hier zijn: {names}.",
    "transfer_nowhere": "De instellingen noemen geen organisatie waarvoor ambtenaren hier "
    "antwoorden.",
    "merge_which": "Welke zaak is dezelfde vraag? Schrijf het nummer erachter: !merge 12.",
    "merge_where": "Zaak {case} kan hem niet opnemen: zo'n open zaak is er niet aan de balie. "
    "Schrijf het nummer van de andere zaak: !merge 12.",
    "merge_unhelped": "De vrager van zaak {case} heeft het antwoord van zaak {into} gelezen, en "
    "dat hielp niet. Beantwoord zaak {case} apart, of voeg hem samen als zaak {into} een ander "
    "antwoord heeft.",
    "merged": "Zaak {case} is dezelfde vraag als zaak {into}. Beide vragers krijgen het antwoord "
    "dat daar komt.",
    "merged_places": "Ze komen uit kamers over verschillende plaatsen, {one} en {other}: geef een "
    "antwoord voor beide. Een antwoord dat voor één plaats geldt, gaat niet naar wie het in de "
    "andere vroeg.",
    "merged_one_asker": "Zaak {case} is dezelfde vraag als zaak {into}, van dezelfde vrager. Die "
    "krijgt het antwoord dat daar komt.",
    "split": "Zaak {case} is weer open: zaak {gone}, waarmee hij was samengevoegd, is door de "
    "vrager teruggenomen of veranderd. Met !claim neem je hem.",
    "alike": "Zaak {case} is misschien dezelfde vraag ({likeness}): met !merge {case} voeg je ze "
    "samen.",
    "alike_across": "Zaak {case}, gesteld in een andere taal, is misschien dezelfde vraag "
    "({likeness}): met !merge {case} voeg je ze samen. Beide krijgen dan dezelfde woorden als "
    "antwoord.",
    "by_maintainer": "Dit deed een beheerder, buiten de balie om.",
    "on_command_line": "Op de opdrachtregel, voor {who}:",
    "close_why": "Schrijf erachter waarom: !close en de reden. De vrager leest die.",
    "ask_empty": "Schrijf de vraag erachter: !askback en je woorden.",
    "asked_back": "Je vraag ging naar de vrager van zaak {case}. Wat die schrijft, komt hier.",
    "send_what": "Welk antwoord? Schrijf het nummer van de kaart erachter, !send 1, of een id.",
    "send_which": "Er is geen antwoord {entry} dat daarheen mag. Schrijf achter !send een ander "
    "nummer van de kaart, of een id.",
    "send_instead": "In deze kamer staat antwoord {instead} in de plaats van {entry}: "
    "!send {instead}",
    "send_instead_past": "In deze kamer staat antwoord {instead} in de plaats van {entry}, en de "
    "laatste dag daarvan is voorbij. Schrijf !answer en het antwoord, of kijk of het nog klopt: "
    "!confirm {instead}",
    "send_elsewhere": "Antwoord {entry} geldt niet voor iedereen die op dit antwoord wacht: iemand "
    "vroeg het in een kamer over {places}. Schrijf !answer en wat voor allemaal geldt.",
    "noted": "{who} noteert:",
    "noted_there": "Je aantekening staat nu in de draad van zaak {case}.",
    "note_empty": "Schrijf de woorden erachter: !note en je woorden.",
    "entry_sent": "De vrager van zaak {case} heeft nu antwoord {entry}, woord voor woord.",
    "snippet_none": "Er liggen hier geen teksten klaar. Beheerders kunnen ze in de instellingen "
    "zetten.",
    "snippet_which": "Welke tekst? !snippet en de naam. Er zijn: {names}.",
    "preview": "De vrager zou lezen:",
    "preview_empty": "Schrijf de woorden erachter: !preview en je woorden.",
    "still_open": "Nog niemand heeft zaak {case}. Kun jij? Met !claim neem je hem.",
    "still_open_many": "Nog niemand heeft deze {count} zaken: {cases}. Kun jij er een? Met !claim "
    "en een nummer neem je hem.",
    "idle_reminded": "Zaak {case} is van jou en wacht. Gebeurt er niets tot {at}, dan is hij weer "
    "vrij voor anderen. Moet hij wachten: !snooze 2d. Lukt het niet: !release.",
    "idle_reminded_many": "{count} zaken zijn van jou en wachten: {cases}. Vanaf {at} zijn die "
    "waaraan niets gebeurde weer vrij voor anderen. Met het nummer erachter: moet er een wachten: "
    "!snooze 12 2d. Lukt het niet: !release 12.",
    "lapsed": "Zaak {case} is weer vrij: {who} kwam er niet aan toe. Met !claim neem je hem.",
    "lapsed_many": "{count} zaken zijn weer vrij, want wie ze had, kwam er niet aan toe: {cases}. "
    "Met !claim en een nummer neem je er een.",
    "released": "Zaak {case} is weer vrij.",
    "answer_empty": "Schrijf het antwoord erachter: !answer en je woorden.",
    "sent": "Verstuurd naar de vrager van zaak {case}, als van {role}.",
    "role_volunteer": "een vrijwilliger, nog niet nagekeken",
    "role_official": "een medewerker van {body}",
    "rejected": "{who} heeft het antwoord op zaak {case} teruggegeven. De vrager weet dat hij "
    "moet wachten. Met !answer geef je een beter antwoord.",
    "reject_empty": "Schrijf erachter waarom: !reject en de reden. Die blijft hier.",
    "closed": "Zaak {case} is gesloten.",
    "closed_told": "Zaak {case} is gesloten. De vrager weet dat er geen antwoord is.",
    "case_demand_flag": "{count} anderen zeggen dat ook",
    "case_demand_one_flag": "1 ander zegt dat ook",
    "move_waiting": "de ruimte mag hem nog beantwoorden",
    "move_open": "nog niemand heeft hem; met !claim neem je hem",
    "move_claimed": "er is nog geen antwoord; !answer en je woorden gaan naar de vrager",
    "move_answered": "er is al een antwoord; nu kan !vet, !reject of !close",
    "move_answered_others": "er is al een antwoord; nu is iemand aan de beurt die het mag "
    "nakijken, of !close sluit hem zonder dat er iets in de kennisbank komt",
    "move_snoozed": "hij ligt een tijd stil; met !claim neem je hem op",
    "move_snoozed_held": "hij ligt een tijd stil, bij iemand die hem heeft",
    "move_confirmed": "hij is beantwoord en de vrager zegt dat het hielp; nu kan !vet, !reject of "
    "!close",
    "move_confirmed_others": "hij is beantwoord en de vrager zegt dat het hielp; nu is iemand aan "
    "de beurt die het mag nakijken, of !close sluit hem zonder dat er iets in de kennisbank komt",
    "move_merged": "hij is samengevoegd met een andere zaak; ga daar verder",
    "move_withdrawn": "de vrager heeft de vraag teruggenomen",
    "move_vetted": "het antwoord is nagekeken en gepubliceerd; er is niets meer te doen",
    "move_closed": "hij is gesloten",
    "illegal": "Dat kan nu niet met zaak {case}: {why}.",
    "queue_title": "{count} open:",
    "queue_title_one": "1 open:",
    "queue_empty": "Geen open zaken. Dank je wel.",
    "queue_line": "Zaak {case} · {status} · {age} · {topic}",
    "queue_has": "{who} heeft hem",
    "queue_officials": "wacht op ambtenaren ({body})",
    "queue_due": "uiterlijk {at}",
    "queue_late": "moest er zijn op {at}",
    "queue_demand": "nog {count} vragen het",
    "queue_demand_one": "nog 1 vraagt het",
    "queue_more": "… en nog {count}.",
    "mine_title": "{count} van jou zijn open:",
    "mine_title_one": "1 van jou is open:",
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
    "proposal": "Zaken die {who} de laatste {days} dagen beantwoordde: {count}. Van die "
    "antwoorden keek iemand anders {percent} % na en keurde het goed. Mag {who} voortaan ook "
    "antwoorden van anderen nakijken?",
    "proposal_how": "Jullie beslissen, niet ik. Vind je het goed? Vraag dan de beheerders om in de "
    "instellingen may_vet: true te zetten, onder responders, bij id: {who}. Vind je het niet goed, "
    "dan hoef je niets te doen.",
    "help_title": "In de draad van een zaak:",
    "help_lines": "!claim (of tik op 🙋 bij de kaart): neem hem; !release (👋, of haal je 🙋 "
    "weg): geef hem terug\n"
    "!assign @naam: geef hem aan iemand; !take: neem hem over van wie hem liet liggen\n"
    "!answer en je woorden: die gaan naar de vrager, die leest van wie ze komen\n"
    "woorden zonder !: die blijven hier; tik op 📤 onder je eigen woorden om ze te sturen\n"
    "!note en je woorden: een aantekening, die hier blijft; 📤 komt er niet onder\n"
    "!preview en je woorden: wat de vrager zou lezen; er gaat niets weg\n"
    "!send 1: het eerste antwoord op de kaart gaat naar de vrager, woord voor woord; of !send en "
    "een id\n"
    "!snippet naam: een tekst die klaarligt gaat naar de vrager; !snippet noemt ze\n"
    "!askback en je vraag: die gaat naar de vrager, en wat die schrijft komt hier\n"
    "!escalate (⏫): ambtenaren moeten ernaar kijken; !transfer en een organisatie: die moet het\n"
    "!merge 12: zaak 12 is dezelfde vraag; het antwoord gaat ook naar deze vrager\n"
    "!snooze 3d (of 4u, 1w, morgen, maandag, een datum): laat hem zo lang liggen\n"
    "!edit veld: waarde: verander het concept voor de kennisbank\n"
    "!vet (✅ bij het concept): publiceer het; door een tweede persoon die mag nakijken\n"
    "!vet supersede id, !vet merge id: is er een ander antwoord: vervang het, of houd het; !vet "
    "translation id, !vet there id, !vet apart id en waarom: is het er in een andere taal\n"
    "!reject en waarom: geef een antwoord terug; door iemand die mag nakijken\n"
    "!confirm id (✅ bij de vraag erover): een antwoord geldt nog; !withdraw id en waarom: niet "
    "meer; !history id: de versies ervan, door wie en waarom\n"
    "!close en waarom: sluit de zaak; de vrager leest waarom\n"
    "Overal hier en in een chat met mij: !queue noemt de open zaken, !mine die van jou, !record "
    "wat je deed; buiten de draden van zaken staat achter !claim 12 en de andere het nummer van de "
    "zaak, dus is een getal dat daar vooraan staat altijd een zaak",
    "masked_email": "[e-mail]",
    "masked_account": "[account]",
    "masked_iban": "[bankrekening]",
    "masked_phone": "[telefoon]",
    "masked_number": "[nummer]",
    "masked_document": "[documentnummer]",
    "masked_plate": "[kenteken]",
    "masked_login": "[gebruikersnaam]",
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
