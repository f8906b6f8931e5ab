"""The sentences in English. Each one is here; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    # To citizens.
    "another_language": "Nobody has vetted an answer to this in English yet. "
    "This one is in {language}.",
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
    "mention you, so you get an alert. {expected} They see your question, not "
    "your name. Anybody here can still answer too.",
    "what_next_direct": "A person will read it. Their answer comes here, and I mention you, so "
    "you get an alert. {expected} They see your question, not your name.",
    "expect_nothing": "I can't promise how fast.",
    "expect_promise": "They try to answer within {promise}.",
    "expect_measured": "Lately, half of the answers to such questions came within {median}, nine "
    "of ten within {p90}.",
    "expect_measured_alike": "Lately, nine of ten answers to such questions came within {p90}.",
    "expect_longer": "Of those who waited this long lately and got an answer, half then got it "
    "within {median}, nine of ten within {p90}.",
    "expect_longer_alike": "Of those who waited this long lately and got an answer, nine of ten "
    "then got it within {p90}.",
    "back_at": "They are back on {day} at {time}.",
    "slipped": "I am sorry: this takes longer than I told you. Your question is not forgotten, "
    "people still have it. {expected} You need not do anything.",
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
    "draft_missing": "Missing: {fields}.",
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
    "length_minutes": "{n} minutes",
    "length_hours": "{n} hours",
    "length_hours_one": "{n} hour",
    "length_days": "{n} days",
    "length_days_one": "{n} day",
    "length_weeks": "{n} weeks",
    "length_weeks_one": "{n} week",
    "length_working_hours": "{n} working hours",
    "length_working_hours_one": "{n} working hour",
    "length_working_days": "{n} working days",
    "length_working_days_one": "{n} working day",
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
