"""The sentences that people read, by language.

Plain language (B1), kind, no blame. English is complete; another language may leave a
sentence out, and then English is used. ``tests/unit/test_replies.py`` says which are missing.
"""

from __future__ import annotations

from datetime import date

FALLBACK = "en"

_EN = {
    # To citizens.
    "another_language": "Nobody has vetted an answer to this in English yet. "
    "This one is in {language}. Write {people} and your question, and ask for a translation.",
    "source": "Source: {source}",
    "body": "Decides about this: {body}",
    "checked": "Checked on {date}",
    "holds_until": "holds until {date}",
    "vetted_by_official": "vetted by an official of {body}",
    "vetted_by_volunteer": "vetted by a volunteer of this community",
    "sample": "This is an example that comes with Loket. No official has vetted it: "
    "check the source before you rely on it.",
    "bot": "I am a bot. I only repeat answers that people wrote. Does this not answer your "
    "question? Write {people} and your question, and people will look at it.",
    "handover": "I am a bot, and I have no vetted answer that surely fits your question. "
    "I have brought it to the volunteers and officials behind this room (case {case}).",
    "handover_waited": "Nobody here has answered this yet. I am a bot, and I have brought your "
    "question to the volunteers and officials behind this room (case {case}).",
    "what_next": "A person will read it. Their answer comes here, in this conversation, and I "
    "mention you, so you get an alert. I can't promise how fast. They see your question, not "
    "your name. Anybody here can still answer too.",
    "what_next_direct": "A person will read it. Their answer comes here, and I mention you, so "
    "you get an alert. I can't promise how fast. They see your question, not your name.",
    "from_volunteer": "A volunteer answers your question. No official has vetted this yet.",
    "from_official": "An official of {body} answers your question.",
    "was_vetted": "An official of {body} has vetted this answer. It is right.",
    "was_vetted_by_volunteer": "A second volunteer has vetted this answer. It is right.",
    "was_corrected": "An official of {body} has vetted the answer and changed it. "
    "This is the answer that holds:",
    "was_corrected_by_volunteer": "A second volunteer has vetted the answer and changed it. "
    "This is the answer that holds:",
    "was_rejected": "The answer you got here is being looked at again: it may not be right. "
    "Please wait with acting on it. A better one comes here.",
    "closed_unanswered": "The people behind this room have closed your question without an "
    "answer. You can ask again here in other words, or ask the organisation itself.",
    "introduction": "I am Loket, a bot. Ask me about benefits, taxes, permits, housing or health "
    "insurance. If I know an answer that people have vetted, I post it. If not, I bring your "
    "question to people. To go to people at once, write {people} and your question.",
    "people_how": "Gladly. Write {people} and then your question, in one message. "
    "I will bring it to people at once.",
    "changed_by_volunteer": "The volunteer has changed the answer above. It reads now:",
    "changed_by_official": "The official of {body} has changed the answer above. It reads now:",
    "answer_taken_back": "The answer you got here was taken back by the person who wrote it. "
    "Please don't rely on it. A better one comes here.",
    "no_files": "I am a bot and I can't see pictures or files, nor hear voice messages. Please "
    "write your question in words. Leave out your citizen service number and other things "
    "that only you should know.",
    "unreadable": "I am a bot, and I could not decrypt a message of yours here. Nobody else has "
    "seen it through me. Please send it again: I can read what you write from now on.",
    "crowded": "There are more than two people in this chat now. What you asked in private I only "
    "answer in private. Open a new chat with me.",
    "question_full": "Your question is as long as I can keep now. What you wrote last is not in "
    "it. Once I have brought it to people, you can write more here.",
    "over_budget_person": "I am a bot. I have answered as many of your messages as I may within "
    "an hour. I answer you again in {minutes} min. Please ask again then.",
    "over_budget_room": "I am a bot. I have answered as many messages in this room as I may "
    "within an hour. I answer again in {minutes} min. Please ask again then.",
    "over_budget_more": "I am a bot. I have passed on as many of your messages as I may within an "
    "hour. The people who have your question did not get this one. Please write it again in "
    "{minutes} min.",
    "over_budget_others": "People here can still answer you.",
    # At the desk.
    "case_title": "Case {case}: a question in {language}",
    "case_topic": "Topic (a guess): {topic}",
    "case_no_topic": "Topic: none of the known ones is near",
    "case_from_room": "Asked in a community room",
    "case_from_direct": "Asked in a direct chat",
    "case_waited": "Nobody in the room answered it",
    "case_why": "The bot did not answer: {why}",
    "case_near": "Nearest entries (score, language, id):",
    "case_none_near": "No entry is near.",
    "case_how": "In this thread: !claim takes it. !answer and your words go to the asker. What "
    "you write without ! stays here; if you have the case, tap 📤 under it to send it. "
    "!close ends it. !help tells the rest.",
    "hidden": "The message held signs that nobody sees ({count}). They were left out.",
    "case_moved": "This goes on here, because the desk has moved.",
    "case_told": "The asker has this answer:",
    "case_shorter": "The asker took a part of it back",
    "room_moved": "The room {room} was replaced by {new}. I went along, with all that waits there. "
    "Maintainers: please write the new id into the settings.",
    "desk_moved": "The desk was {room} and is now {new}. Every open case gets a new thread here. "
    "Maintainers: please write the new id into the settings.",
    "not_moved": "The room {room} says that another room takes its place. I did not go there: the "
    "other room does not name this one, so it may be a trick. Please look into it.",
    "invited": "Somebody from {server} invited me to another room or chat. I did not go: my "
    "settings don't allow it, or it is not a chat with one person.",
    "asker_adds": "The asker adds:",
    "asker_changed": "The asker has changed the words above. They read now:",
    "withdrawn": "The asker has taken the question of case {case} back. Its words are removed "
    "here, and the case is closed. There is nothing more to do.",
    "became_known": "The asker changed the question of case {case}, and the bot could answer it "
    "from a vetted entry. The case is closed.",
    "answer_stays": "Case {case} has moved on since that answer. What the asker has stays as it "
    "is. Write a new message here if it must change.",
    "took_back": "The answer to case {case} is taken back. The asker has been told. !answer "
    "gives a better one.",
    "parked": "Something here or in another room could not be handled, after {tries} tries "
    "({error}). It is kept. Tell the maintainers: `loket status` shows it.",
    "undelivered": "What the bot had to tell the asker of case {case} can't be delivered "
    "({reason}). They may not know it.",
    "only_responders": "This room is the desk. Only people listed as responders in the bot's "
    "settings can use commands here.",
    "no_case": "This is not in the thread of a case. Open the thread under a case's first "
    "message and write it there.",
    "unknown_command": "There is no command !{word}. !help lists them.",
    "claimed": "{who} has taken case {case}. !answer and your words go to the asker, or write "
    "first and tap 📤.",
    "has_it": "{who} has case {case}. They can give it back with !release.",
    "released": "Case {case} is free again.",
    "answer_empty": "Write the answer behind it: !answer and your words.",
    "sent": "Sent to the asker of case {case}, as from {role}.",
    "role_volunteer": "a volunteer, not vetted yet",
    "role_official": "an official of {body}",
    "draft_title": "As an entry, citizens would read this:",
    "draft_fields": "topic: {topic} · lang: {language} · scope: {scope} · "
    "valid_until: {valid_until} · body: {body} · source: {source}",
    "draft_missing": "Missing: {fields}. Who wrote the answer can add it too: !edit {field}: …",
    "draft_how": "Another person who may vet can now write: !vet to publish it as it stands, "
    "!edit field: value to change it first (fields: {fields}), !reject and a reason to send it "
    "back. Take personal details out of the question before you publish.",
    "draft_wrong": "Not changed. {text}",
    "vet_not_you": "You can't vet case {case}: {reason}.",
    "vet_own": "nobody vets their own answer",
    "vet_not_entitled": "the settings don't entitle you to vet this topic",
    "vet_incomplete": "Not published: {fields} missing. Add with !edit field: value.",
    "published": "Published as entry {entry}, version {version}. The next person who asks gets it.",
    "rejected": "{who} sent the answer to case {case} back. The asker has been told to wait. "
    "!answer gives a better one.",
    "reject_empty": "Write why behind it: !reject and the reason. It stays here.",
    "closed": "Case {case} is closed.",
    "closed_told": "Case {case} is closed. The asker has been told that there is no answer.",
    "move_waiting": "the room may still answer it",
    "move_open": "nobody has taken it yet; !claim takes it",
    "move_claimed": "it is not answered yet; !answer and your words go to the asker",
    "move_answered": "it has been answered already; !vet, !reject or !close are next",
    "move_vetted": "its answer is vetted and published; nothing is left to do",
    "move_closed": "it is closed",
    "illegal": "That can't be done with case {case} now: {why}.",
    "queue_title": "{count} open:",
    "queue_empty": "No open cases. Thank you.",
    "queue_line": "Case {case} · {status} · {age} · {topic}",
    "help_title": "In the thread of a case:",
    "help_lines": "!claim: take it; !release: give it back\n"
    "!answer and your words: they go to the asker, who reads whom they come from\n"
    "words without !: they stay here; tap 📤 under your own to send them to the asker\n"
    "!edit field: value: change the draft of the entry\n"
    "!vet: publish the draft; by a second person who may vet\n"
    "!reject and why: send an answer back; by a person who may vet\n"
    "!close: end the case\n"
    "Anywhere here: !queue lists open cases",
    # Words inside sentences.
    "status_waiting": "waiting in its room",
    "status_open": "nobody has it",
    "status_claimed": "taken",
    "status_answered": "answered, not vetted",
    "status_vetted": "vetted",
    "status_closed": "closed",
    "minutes": "{n} min",
    "hours": "{n} h",
    "days": "{n} d",
    "why_off": "answering is turned off",
    "why_broken": "search is broken; tell the maintainers",
    "why_nothing": "it found nothing",
    "why_far": "nothing is near enough",
    "why_close_call": "two different entries are about equally near",
    "why_other_topic": "the topic is not one of that room",
    "why_people": "the asker wants people",
}

_NL = {
    "another_language": "Op deze vraag is nog geen Nederlands antwoord nagekeken. "
    "Dit antwoord is in het {language}. Schrijf {people} en je vraag, en vraag om een vertaling.",
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
    "what_next": "Een mens gaat je vraag lezen. Het antwoord komt hier, in dit gesprek, en ik noem "
    "je naam erbij, zodat je een melding krijgt. Hoe snel kan ik niet beloven. Zij zien je vraag, "
    "niet je naam. Iedereen hier mag ook nog antwoorden.",
    "what_next_direct": "Een mens gaat je vraag lezen. Het antwoord komt hier en ik noem je naam "
    "erbij, zodat je een melding krijgt. Hoe snel kan ik niet beloven. Zij zien je vraag, niet je "
    "naam.",
    "from_volunteer": "Een vrijwilliger beantwoordt je vraag. Geen ambtenaar heeft dit nog "
    "nagekeken.",
    "from_official": "Een medewerker van {body} beantwoordt je vraag.",
    "was_vetted": "Een medewerker van {body} heeft dit antwoord nagekeken. Het klopt.",
    "was_vetted_by_volunteer": "Een tweede vrijwilliger heeft dit antwoord nagekeken. Het klopt.",
    "was_corrected": "Een medewerker van {body} heeft het antwoord nagekeken en veranderd. "
    "Dit is het antwoord dat geldt:",
    "was_corrected_by_volunteer": "Een tweede vrijwilliger heeft het antwoord nagekeken en "
    "veranderd. Dit is het antwoord dat geldt:",
    "was_rejected": "Het antwoord dat je hier kreeg, wordt opnieuw bekeken: misschien klopt het "
    "niet. Doe er nog niets mee. Een beter antwoord komt hier.",
    "closed_unanswered": "De mensen achter deze ruimte hebben je vraag zonder antwoord gesloten. "
    "Je kunt hem hier in andere woorden opnieuw stellen, of het aan de organisatie zelf vragen.",
    "introduction": "Ik ben Loket, een bot. Stel me je vraag over uitkeringen, belasting, "
    "vergunningen, wonen of zorgverzekering. Ken ik een antwoord dat mensen hebben nagekeken, dan "
    "plaats ik het. Anders breng ik je vraag naar mensen. Wil je meteen naar mensen? Schrijf "
    "{people} en je vraag.",
    "people_how": "Graag. Schrijf {people} en daarachter je vraag, in één bericht. "
    "Dan breng ik hem meteen naar mensen.",
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
    "case_title": "Zaak {case}: een vraag in het {language}",
    "case_topic": "Onderwerp (een gok): {topic}",
    "case_no_topic": "Onderwerp: geen bekend onderwerp is dichtbij",
    "case_from_room": "Gesteld in een communityruimte",
    "case_from_direct": "Gesteld in een privégesprek",
    "case_waited": "Niemand in de ruimte heeft geantwoord",
    "case_why": "De bot gaf geen antwoord: {why}",
    "case_near": "Dichtstbijzijnde antwoorden (score, taal, id):",
    "case_none_near": "Geen antwoord is dichtbij.",
    "case_how": "In deze draad: met !claim neem je de zaak. !answer en je woorden gaan naar de "
    "vrager. Wat je zonder ! schrijft, blijft hier; heb jij de zaak, tik dan op 📤 eronder om het "
    "te versturen. !close sluit de zaak. !help vertelt de rest.",
    "hidden": "In het bericht stonden tekens die niemand ziet ({count}). Die zijn weggelaten.",
    "case_moved": "Dit gaat hier verder, want de balie is verhuisd.",
    "case_told": "De vrager heeft dit antwoord:",
    "case_shorter": "De vrager heeft een deel ervan teruggenomen",
    "room_moved": "De ruimte {room} is vervangen door {new}. Ik ben meegegaan, met alles wat daar "
    "wacht. Beheerders: zet het nieuwe adres in de instellingen.",
    "desk_moved": "De balie was {room} en is nu {new}. Elke open zaak krijgt hier een nieuwe "
    "draad. Beheerders: zet het nieuwe adres in de instellingen.",
    "not_moved": "De ruimte {room} zegt dat een andere ruimte haar plaats inneemt. Ik ben niet "
    "meegegaan: de andere ruimte noemt deze niet, dus het kan een truc zijn. Kijk het na.",
    "invited": "Iemand van {server} heeft mij voor een andere ruimte of chat uitgenodigd. Ik ben "
    "niet gegaan: mijn instellingen staan het niet toe, of het is geen chat met één mens.",
    "asker_adds": "De vrager schrijft nog:",
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
    "no_case": "Dit staat niet in de draad van een zaak. Open de draad onder het eerste bericht "
    "van een zaak en schrijf het daar.",
    "unknown_command": "De opdracht !{word} bestaat niet. !help noemt ze.",
    "claimed": "{who} heeft zaak {case}. !answer en je woorden gaan naar de vrager, of schrijf "
    "eerst en tik op 📤.",
    "has_it": "{who} heeft zaak {case}. Met !release kan die persoon hem teruggeven.",
    "released": "Zaak {case} is weer vrij.",
    "answer_empty": "Schrijf het antwoord erachter: !answer en je woorden.",
    "sent": "Verstuurd naar de vrager van zaak {case}, als van {role}.",
    "role_volunteer": "een vrijwilliger, nog niet nagekeken",
    "role_official": "een medewerker van {body}",
    "draft_title": "In de kennisbank zouden burgers dit lezen:",
    "draft_missing": "Ontbreekt: {fields}. Wie het antwoord schreef, kan ook: !edit {field}: …",
    "draft_how": "Iemand anders die mag nakijken, kan nu schrijven: !vet om het zo te "
    "publiceren, !edit veld: waarde om het eerst te veranderen (velden: {fields}), !reject en een "
    "reden om het terug te geven. Haal persoonlijke gegevens uit de vraag voordat je publiceert.",
    "draft_wrong": "Niet veranderd. {text}",
    "vet_not_you": "Jij kunt zaak {case} niet nakijken: {reason}.",
    "vet_own": "niemand kijkt zijn eigen antwoord na",
    "vet_not_entitled": "volgens de instellingen mag jij dit onderwerp niet nakijken",
    "vet_incomplete": "Niet gepubliceerd: {fields} ontbreekt. Vul aan met !edit veld: waarde.",
    "published": "Gepubliceerd als {entry}, versie {version}. Wie het nu vraagt, krijgt dit.",
    "rejected": "{who} heeft het antwoord op zaak {case} teruggegeven. De vrager weet dat hij "
    "moet wachten. Met !answer geef je een beter antwoord.",
    "reject_empty": "Schrijf erachter waarom: !reject en de reden. Die blijft hier.",
    "closed": "Zaak {case} is gesloten.",
    "closed_told": "Zaak {case} is gesloten. De vrager weet dat er geen antwoord is.",
    "move_waiting": "de ruimte mag hem nog beantwoorden",
    "move_open": "nog niemand heeft hem; met !claim neem je hem",
    "move_claimed": "er is nog geen antwoord; !answer en je woorden gaan naar de vrager",
    "move_answered": "er is al een antwoord; nu kan !vet, !reject of !close",
    "move_vetted": "het antwoord is nagekeken en gepubliceerd; er is niets meer te doen",
    "move_closed": "hij is gesloten",
    "illegal": "Dat kan nu niet met zaak {case}: {why}.",
    "queue_title": "{count} open:",
    "queue_empty": "Geen open zaken. Dank je wel.",
    "queue_line": "Zaak {case} · {status} · {age} · {topic}",
    "help_title": "In de draad van een zaak:",
    "help_lines": "!claim: neem hem; !release: geef hem terug\n"
    "!answer en je woorden: die gaan naar de vrager, die leest van wie ze komen\n"
    "woorden zonder !: die blijven hier; tik op 📤 onder je eigen woorden om ze te sturen\n"
    "!edit veld: waarde: verander het concept voor de kennisbank\n"
    "!vet: publiceer het concept; door een tweede persoon die mag nakijken\n"
    "!reject en waarom: geef een antwoord terug; door iemand die mag nakijken\n"
    "!close: sluit de zaak\n"
    "Overal hier: !queue noemt de open zaken",
    "status_waiting": "wacht in zijn ruimte",
    "status_open": "niemand heeft hem",
    "status_claimed": "genomen",
    "status_answered": "beantwoord, niet nagekeken",
    "status_vetted": "nagekeken",
    "status_closed": "gesloten",
    "minutes": "{n} min",
    "hours": "{n} u",
    "days": "{n} d",
    "why_off": "antwoorden staat uit",
    "why_broken": "zoeken is stuk; zeg het de beheerders",
    "why_nothing": "hij vond niets",
    "why_far": "niets is dichtbij genoeg",
    "why_close_call": "twee verschillende antwoorden zijn ongeveer even dichtbij",
    "why_other_topic": "het onderwerp hoort niet bij die ruimte",
    "why_people": "de vrager wil mensen",
}

SENTENCES: dict[str, dict[str, str]] = {"en": _EN, "nl": _NL}
"""Language → name of the sentence → its words, with places in braces."""

_LANGUAGES = {
    "en": {
        "nl": "Dutch", "en": "English", "de": "German", "fr": "French", "es": "Spanish",
        "pl": "Polish", "uk": "Ukrainian", "ru": "Russian", "tr": "Turkish", "ar": "Arabic",
        "pt": "Portuguese", "it": "Italian", "ro": "Romanian", "bg": "Bulgarian",
        "fa": "Persian", "so": "Somali", "ti": "Tigrinya", "et": "Estonian", "sv": "Swedish",
    },
    "nl": {
        "nl": "Nederlands", "en": "Engels", "de": "Duits", "fr": "Frans", "es": "Spaans",
        "pl": "Pools", "uk": "Oekraïens", "ru": "Russisch", "tr": "Turks", "ar": "Arabisch",
        "pt": "Portugees", "it": "Italiaans", "ro": "Roemeens", "bg": "Bulgaars",
        "fa": "Perzisch", "so": "Somalisch", "ti": "Tigrinya", "et": "Ests", "sv": "Zweeds",
    },
}  # fmt: skip

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}


def speaks(lang: str) -> bool:
    """Whether there are sentences in that language."""
    return lang in SENTENCES


def say(lang: str, name: str, **values: object) -> str:
    """A sentence, in English where the language lacks it.

    Raises:
        KeyError: There is no such sentence, or a place in it was given no value.
    """
    sentence = SENTENCES.get(lang, {}).get(name) or SENTENCES[FALLBACK][name]
    return sentence.format(**values) if values else sentence


def language_name(code: str, lang: str) -> str:
    """A language's name in another; its code when that is not known."""
    names = _LANGUAGES.get(lang, _LANGUAGES[FALLBACK])
    return names.get(code, code)


def day(when: date, lang: str) -> str:
    """A date as people write it: 23 November 2026."""
    months = _MONTHS.get(lang, _MONTHS[FALLBACK]).split()
    return f"{when.day} {months[when.month - 1]} {when.year}"
