"""What responders read in English; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    "case_title": "Case {case}: a question in {language}",
    "case_topic": "Topic (a guess): {topic}",
    "case_no_topic": "Topic: none of the known ones is near",
    "case_from_room": "Asked in a community room",
    "case_from_direct": "Asked in a direct chat",
    "case_waited": "Nobody in the room answered it",
    "case_why": "The bot did not answer: {why}",
    "case_near": "Nearest entries (number, score, language, id):",
    "case_held": "This held until {date}: {answer}",
    "case_past": "Expired, held until {date}: “{begins}”",
    "case_none_near": "No entry is near.",
    "case_since": "{place}, {since}",
    "case_due": "The asker was told to expect an answer by {at}",
    "case_demand": "{count} others ask this too",
    "case_demand_one": "1 other asks this too",
    "case_officials": "It waits for officials",
    "case_for_body": "It waits for officials of {body}",
    "standing": "Now: {status}",
    "standing_claimed": "Now: {who} has it",
    "standing_snoozed": "Now: left alone until {until}",
    "standing_merged": "Now: the same question as case {case}; its answer comes there",
    "case_how": "In this thread: !claim, or 🙋 on this message, takes it. !answer and your words "
    "go to the asker{send}. What you write without ! stays here; if you have the case, tap 📤 "
    "under it to send it. ⏫ brings it to officials. !help tells the rest.",
    "case_how_send": "; !send {number} sends entry {number} above",
    "hidden": "The message held signs that nobody sees ({count}). They were left out.",
    "case_told": "The asker has this answer:",
    "room_moved": "The room {room} was replaced by {new}. I went along, with all that waits there. "
    "Maintainers: please write the new id into the settings.",
    "desk_moved": "The desk was {room} and is now {new}. Every open case gets a new thread here. "
    "Maintainers: please write the new id into the settings.",
    "not_moved": "The room {room} says that another room takes its place. I did not go there: the "
    "other room does not name this one, so it may be a trick. Please look into it.",
    "invited": "Somebody from {server} invited me to another room or chat. I did not go: my "
    "settings don't allow it, or it is not a chat with one person.",
    "reopened": "The asker of case {case} says that the answer did not help. It is open again. "
    "What is unclear comes here if they write it; !askback asks them.",
    "reopened_by_words": "The asker of case {case} wrote that after the answer: something is still "
    "unclear, or wrong. It is open again.",
    "reopened_closed": "The asker of case {case} wrote that after it was closed without an answer. "
    "It is open again.",
    "parted": "Case {case} was merged into case {into}, and its asker says that the answer given "
    "there does not help. It is open again by itself. The answer was:",
    "asker_adds": "The asker adds:",
    "asker_thanks": "The asker thanks you:",
    "merged_adds": "The asker of case {case}, which was merged into this one, adds:",
    "merged_thanks": "The asker of case {case}, which was merged into this one, thanks you:",
    "merged_changed": "The asker of case {case}, which was merged into this one, has changed their "
    "words. They read now:",
    "joined_adds": "Somebody else who asks this (➕) writes:",
    "joined_thanks": "Somebody else who asks this (➕) thanks you:",
    "joined_unhelped": "Somebody else who asks this (➕) says that the answer to case {case} did "
    "not help. 👎 under it now: {count}. The case stays as it is.",
    "asker_changed": "The asker has changed the words above. They read now:",
    "became_known": "The asker changed the question of case {case}, and the bot could answer it "
    "from a vetted entry. The case is closed.",
    "answer_stays": "Case {case} has moved on since that answer. What the asker has stays as it "
    "is. Write a new message here if it must change.",
    "ask_stays": "Whoever asked that does not have case {case} now, or it has moved on. What the "
    "asker has stays as it is.",
    "edit_stays": "Nothing was sent: your edit holds no words for the asker of case {case}. What "
    "the asker has stays as it was. To take it back, delete your message; to say more, write a "
    "new one.",
    "edit_not_done": "Nothing was done and nothing is sent: a command is not carried out by an "
    "edit of other words. Write it as a new message.",
    "edit_note_stays": "Your edit changed nothing: the note in the case's thread stays as it "
    "was. To change it, edit this to !note, the same case's number and the new words.",
    "not_sent_command": "Not sent: these words begin with ! now. Write a new message.",
    "took_back": "The answer to case {case} is taken back. The asker has been told. !answer "
    "gives a better one.",
    "parked": "Something here or in another room could not be handled, after {tries} tries "
    "({error}). It is kept. Tell the maintainers: `loket status` shows it.",
    "undelivered": "What the bot had to tell the asker of case {case} can't be delivered "
    "({reason}). They may not know it.",
    "only_responders": "This room is the desk. Only people listed as responders in the bot's "
    "settings can use commands here.",
    "no_case": "Which case? Write it in the thread under a case's first message, or put the "
    "number of the case behind it: !{verb} 12.",
    "unknown_command": "There is no command !{word}. !help lists them.",
    "unknown_command_near": "There is no command !{word}. Is it !{near}? !help lists them all.",
    "number_here": "This is the thread of case {case}. For case {case}, leave the number out: "
    "!{verb}. For case {other}, write it outside this thread: !{verb} {other}.",
    "number_of_other": "Not sent: this is the thread of case {case}, and {other} is the number of "
    "another case. For case {case}, leave the number out. For case {other}, write it outside this "
    "thread: !{verb} {other} and your words. If {other} belongs to your words, put another word "
    "first.",
    "number_of_case": "Not sent: in the thread of case {case}, !{verb} needs no number. Leave it "
    "out. If {case} belongs to your words, put another word first.",
    "untapped_late": "You have done something with case {case} since you took it, so it stays "
    "yours. !release gives it back.",
    "claimed": "{who} has taken case {case}. !answer and your words go to the asker, or write "
    "first and tap 📤.",
    "has_it": "{who} has case {case}. They can give it back with !release; if nothing happens, "
    "others can !take it.",
    "has_it_snoozed": "{who} has case {case} and left it alone for some time. It comes back to "
    "them; with !claim they take it up before.",
    "has_it_answered": "{who} has answered case {case}, and can send a better answer. Who may vet "
    "it can send it back first: !reject and why.",
    "assigned": "{who} has case {case} now. !release gives it back.",
    "assign_whom": "Write to whom: !assign @name. Responders here: {names}.",
    "took_over": "{who} has taken case {case} over.",
    "not_idle": "{who} has case {case}. If nothing happens, others can !take it from {at}.",
    "has_enough": "{who} has as many cases as one person may have: {cases}. !release one first.",
    "officials_only": "Case {case} waits for officials. Only they can take it.",
    "other_body": "Case {case} waits for officials of {body}. Is it one for {own}? Then "
    "!transfer {own} brings it there.",
    "assigned_away": "They are back on {at}.",
    "snooze_how": "Until when? !snooze 4h (hours), 3d (days), 1w (weeks), tomorrow, monday or "
    "2027-01-31; at most 90 days.",
    "snoozed": "Case {case} is left alone until {at}. !claim takes it up before.",
    "woken": "Case {case} is back: its day has come.",
    "woken_many": "{count} cases are back: their day has come: {cases}.",
    "escalated": "Case {case} waits for officials now.",
    "escalated_to_nobody": "The settings name no official. Case {case} stays with those "
    "who are here.",
    "transferred": "Case {case} waits for officials of {body} now.",
    "transfer_where": "To which body? !transfer and its name. Bodies here: {names}.",
    "transfer_nowhere": "The settings name no body that officials here answer for.",
    "merge_which": "Which case is the same question? Write its number behind it: !merge 12.",
    "merge_where": "Case {case} can't take it: there is no such open case at the desk. Write the "
    "number of the other case: !merge 12.",
    "merge_unhelped": "The asker of case {case} has read the answer of case {into}, and it did not "
    "help them. Answer case {case} by itself, or merge it once case {into} has another answer.",
    "merged": "Case {case} is the same question as case {into}. Both askers get the answer that is "
    "given there.",
    "merged_places": "They come from rooms about different places, {one} and {other}: answer for "
    "both. An entry that holds for one place is not given to who asked in the other.",
    "merged_one_asker": "Case {case} is the same question as case {into}, of the same asker. "
    "They get the answer that is given there.",
    "split": "Case {case} is open again: case {gone}, which it was merged with, was taken back "
    "or changed by its asker. !claim takes it.",
    "alike": "Case {case} may be the same question ({likeness}): !merge {case} puts them together.",
    "alike_across": "Case {case}, asked in another language, may be the same question "
    "({likeness}): !merge {case} puts them together. Both then get the same words as the answer.",
    "by_maintainer": "A maintainer did this, outside the desk.",
    "on_command_line": "On the command line, for {who}:",
    "close_why": "Write why behind it: !close and the reason. The asker reads it.",
    "ask_empty": "Write the question behind it: !askback and your words.",
    "asked_back": "Your question went to the asker of case {case}. What they write comes here.",
    "send_what": "Which entry? Write its number from the card behind it, !send 1, or its id.",
    "send_which": "There is no entry {entry} that may be sent there. Write another number from "
    "the card behind !send, or an entry's id.",
    "send_instead": "In this room entry {instead} stands in for entry {entry}: !send {instead}",
    "send_instead_past": "In this room entry {instead} stands in for entry {entry}, and it is past "
    "its last day. Write !answer and the answer, or see whether it still holds: !confirm {instead}",
    "send_elsewhere": "Entry {entry} does not hold for everybody who waits for this answer: "
    "somebody asked in a room about {places}. Write !answer and what holds for all of them.",
    "noted": "{who} notes:",
    "noted_there": "Your note stands in the thread of case {case} now.",
    "note_empty": "Write the words behind it: !note and your words.",
    "entry_sent": "The asker of case {case} has entry {entry} now, word for word.",
    "snippet_none": "No texts are ready here. Maintainers can write some into the settings.",
    "snippet_which": "Which text? !snippet and its name. There are: {names}.",
    "preview": "The asker would read:",
    "preview_empty": "Write the words behind it: !preview and your words.",
    "still_open": "Nobody has taken case {case} yet. Can you? !claim takes it.",
    "still_open_many": "Nobody has taken these {count} cases yet: {cases}. Can you? !claim and a "
    "number takes one.",
    "idle_reminded": "Case {case} is yours and waits. Nothing happens until {at}? Then it is free "
    "for others again. !snooze 2d if it has to wait; !release if you can't.",
    "idle_reminded_many": "{count} cases are yours and wait: {cases}. From {at} on, those to which "
    "nothing happened are free for others again. With the number behind it: !snooze 12 2d if one "
    "has to wait; !release 12 if you can't.",
    "lapsed": "Case {case} is free again: {who} has not come to it. !claim takes it.",
    "lapsed_many": "{count} cases are free again, because whoever had them has not come to them: "
    "{cases}. !claim and a number takes one.",
    "released": "Case {case} is free again.",
    "answer_empty": "Write the answer behind it: !answer and your words.",
    "sent": "Sent to the asker of case {case}, as from {role}.",
    "role_volunteer": "a volunteer, not vetted yet",
    "role_official": "an official of {body}",
    "rejected": "{who} sent the answer to case {case} back. The asker has been told to wait. "
    "!answer gives a better one.",
    "reject_empty": "Write why behind it: !reject and the reason. It stays here.",
    "closed": "Case {case} is closed.",
    "closed_told": "Case {case} is closed. The asker has been told that there is no answer.",
    "case_demand_flag": "{count} others say so too",
    "case_demand_one_flag": "1 other says so too",
    "move_waiting": "the room may still answer it",
    "move_open": "nobody has taken it yet; !claim takes it",
    "move_claimed": "it is not answered yet; !answer and your words go to the asker",
    "move_answered": "it has been answered already; !vet, !reject or !close are next",
    "move_answered_others": "it has been answered already; somebody who may vet it is next, or "
    "!close ends it without an entry",
    "move_snoozed": "it is left alone for some time; !claim takes it up",
    "move_snoozed_held": "it is left alone for some time, by somebody who has it",
    "move_confirmed": "it has been answered and the asker says that it helped; !vet, !reject or "
    "!close are next",
    "move_confirmed_others": "it has been answered and the asker says that it helped; somebody "
    "who may vet it is next, or !close ends it without an entry",
    "move_merged": "it was merged into another case; go on there",
    "move_withdrawn": "the asker has taken it back",
    "move_vetted": "its answer is vetted and published; nothing is left to do",
    "move_closed": "it is closed",
    "illegal": "That can't be done with case {case} now: {why}.",
    "queue_title": "{count} open:",
    "queue_title_one": "1 open:",
    "queue_empty": "No open cases. Thank you.",
    "queue_line": "Case {case} · {status} · {age} · {topic}",
    "queue_has": "{who} has it",
    "queue_officials": "waits for officials ({body})",
    "queue_due": "due {at}",
    "queue_late": "was due {at}",
    "queue_demand": "{count} more ask it",
    "queue_demand_one": "1 more asks it",
    "queue_more": "… and {count} more.",
    "mine_title": "{count} of yours are open:",
    "mine_title_one": "1 of yours is open:",
    "mine_empty": "No open case is yours.",
    "record_title": "What you did here:",
    "record_answered": "cases answered in your own words: {count}",
    "record_was_vetted": "of these, vetted by somebody else: {count}",
    "record_sent": "cases answered with an entry: {count}",
    "record_vetted": "answers of others that you vetted: {count}",
    "record_thanked": "thanks from people who waited for your answers: {count}",
    "record_time": "where yours was the first answer, half of them came within {time}",
    "record_private": "In a chat with me, !record tells you this without others reading it.",
    "record_empty": "You have answered and vetted nothing here yet. !queue shows who waits.",
    "week_title": "The last week at this desk, all of you together:",
    "week_answered": "cases answered: {count}",
    "week_vetted": "answers vetted: {count}",
    "week_thanked": "thanks from people who asked: {count}",
    "week_waiting": "cases that wait for an answer: {count}, the oldest for {time}",
    "week_none_waits": "no case waits for an answer",
    "week_to_vet": "answers that wait to be vetted: {count}",
    "proposal": "Cases that {who} has answered in the last {days} days: {count}. Of these answers "
    "{percent} % were vetted by somebody else. Would you let {who} vet answers of others too?",
    "proposal_how": "You decide, not I. If you agree, ask the maintainers to write may_vet: true "
    "in the settings, under responders, at id: {who}. If you don't, there is nothing to do.",
    "help_title": "In the thread of a case:",
    "help_lines": "!claim (or tap 🙋 on the card): take it; !release (👋, or the 🙋 taken back): "
    "give it back\n"
    "!assign @name: give it to somebody; !take: take it from one who left it lying\n"
    "!answer and your words: they go to the asker, who reads whom they come from\n"
    "words without !: they stay here; tap 📤 under your own to send them to the asker\n"
    "!note and your words: a note, which stays here; no 📤 comes under it\n"
    "!preview and your words: what the asker would read; nothing is sent\n"
    "!send 1: the first entry on the card goes to the asker, word for word; or !send and an id\n"
    "!snippet name: a text that is ready goes to the asker; !snippet lists them\n"
    "!askback and your question: the asker is asked, and their reply comes here\n"
    "!escalate (⏫): officials have to look at it; !transfer and a body: that body has to\n"
    "!merge 12: case 12 is the same question; its answer goes to this asker too\n"
    "!snooze 3d (or 4h, 1w, tomorrow, monday, a date): leave it alone until then\n"
    "!edit field: value: change the draft of the entry\n"
    "!vet (✅ on the draft): publish it; by a second person who may vet\n"
    "!vet supersede id, !vet merge id: when there is another answer: replace it, or keep it; !vet "
    "translation id, !vet there id, !vet apart id and why: when it is in another language\n"
    "!reject and why: send an answer back; by a person who may vet\n"
    "!confirm id (✅ on the question about it): an entry still holds; !withdraw id and why: it "
    "does not; !history id: its versions, by whom and why\n"
    "!close and why: end the case; the asker reads why\n"
    "Anywhere here, and in a chat with me: !queue lists open cases, !mine your own, !record "
    "what you did; outside the threads of cases, !claim 12 and the others take the case's number, "
    "so there a number that comes first is always a case",
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
    # Words inside sentences.
    "masked_email": "[e-mail]",
    "masked_account": "[account]",
    "masked_iban": "[bank account]",
    "masked_phone": "[phone]",
    "masked_number": "[number]",
    "masked_document": "[document number]",
    "masked_plate": "[licence plate]",
    "masked_login": "[user name]",
    "masked_address": "[address]",
    "masked_birth": "[date of birth]",
    "status_waiting": "waiting in its room",
    "status_open": "nobody has it",
    "status_claimed": "taken",
    "status_snoozed": "left alone for some time",
    "status_answered": "answered, not vetted",
    "status_confirmed": "answered and it helped, not vetted",
    "status_vetted": "vetted",
    "status_merged": "merged",
    "status_withdrawn": "taken back by the asker",
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
    "why_expired": "the entry that fits is past its last day",
    "why_flagged": "somebody said that an answer may be wrong",
    "why_stale": "the translation that fits is older than its original",
    "why_people": "the asker wants people",
}
