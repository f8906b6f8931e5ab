"""What citizens read in English; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    "another_language": "Nobody has vetted an answer to this in English yet.",
    "in_language": "This answer is in {language}. Write {people} and your question, and ask for a "
    "translation.",
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
    "handover_wanted": "I am a bot. I have brought your question to the volunteers and officials "
    "behind this room (case {case}).",
    "what_next": "A person will read it. Their answer comes here, in this conversation, and I "
    "mention you, so you get an alert. {expected} They see your question, not "
    "your name. Anybody here can still answer too. Do you ask this too? Tap ➕ here: I "
    "count you, and tell you when the answer comes.",
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
    "expect_put_off": "They look at it again on {day}.",
    "back_at": "They are back on {day} at {time}.",
    "slipped": "I am sorry: this takes longer than I told you. Your question is not forgotten, "
    "people still have it. {expected} You need not do anything, unless somebody "
    "has asked you something here.",
    "from_volunteer": "A volunteer answers your question. No official has vetted this yet.",
    "from_official": "An official of {body} answers your question.",
    "asked_in": "It was written for somebody who asked the same in {language}. Can't you read it? "
    "Write {people} and your question, and ask for a translation.",
    "helped": "Did this help? Tap 👍. If not, tap 👎, or write here what is still unclear.",
    "reopened_to_asker": "I have told the people who answered. Write here what is still unclear, "
    "and they read it.",
    "reopened_with_words": "I have told the people behind this room what you wrote. Your question "
    "is open again, and they read what you write here.",
    "was_vetted": "An official of {body} has vetted this answer. It is right.",
    "was_vetted_by_volunteer": "A second volunteer has vetted this answer. It is right.",
    "was_corrected": "An official of {body} has vetted the answer and changed it. "
    "This is the answer that holds:",
    "was_corrected_by_volunteer": "A second volunteer has vetted the answer and changed it. "
    "This is the answer that holds:",
    "known_instead": "People have looked at your question again. The answer above does not hold. "
    "This one does:",
    "known_too": "People have looked at your question again. This is the answer that was vetted:",
    "was_rejected": "The answer you got here is being looked at again: it may not be right. "
    "Please wait with acting on it. A better one comes here.",
    "corrected": "The answer above has changed. This holds now:",
    "corrected_before": "An answer that you got in the room before this one has changed. It stood "
    "here: {link}\nThis holds now:",
    "doubted": "Somebody has said that this may be wrong. People are looking at it.",
    "stale": "The original has changed since; this translation may be old.",
    "being_checked": "The answer above is a translation, and what it was translated from has "
    "changed. It may be old: please wait with acting on it. People are checking it, and you hear "
    "here what comes of it.",
    "still_holds": "People have checked the answer above: it still holds.",
    "flag_thanks": "Thank you. I have told the people who look after this answer, and not who you "
    "are. I tell you what comes of it. Write here if you want to add something.",
    "answer_doubted_thanks": "Thank you. I have told the people behind this answer, and not who "
    "you are. If it changes, you see that here.",
    "flag_what": "Which answer is wrong? Tap ⚠️ on it, or reply to it with !wrong and why.",
    "flag_gone": "Thank you. That answer is not given any more.",
    "flag_confirmed": "Thank you for saying that the answer above may be wrong. People have "
    "looked at it. It holds:",
    "flag_closed": "Thank you for saying that the answer above may be wrong. People have looked "
    "at it and leave it as it is. They write:",
    "flag_changed": "Thank you for saying that the answer above may be wrong. People have looked "
    "at it and changed it. This holds now:",
    "flag_withdrawn": "Thank you for saying that the answer above may be wrong. People have looked "
    "at it: it is not given any more. Please don't rely on it.",
    "withdrawn_answer": "The answer that stood here does not hold any more. Write {people} and "
    "your question, and people will look at it.",
    "withdrawn_news": "The answer above does not hold any more. Please don't rely on it. Write "
    "{people} and your question, and people will look at it.",
    "withdrawn_before": "An answer that you got in the room before this one does not hold any "
    "more. It stood here: {link}\nPlease don't rely on it. Write {people} and your question, and "
    "people will look at it.",
    "closed_unanswered": "The people behind this room have closed your question without an "
    "answer. They write why:",
    "closed_how": "You can ask again here in other words, or ask the organisation itself.",
    "merged_to_asker": "Somebody else asked the same. You both get the same answer; yours comes "
    "here, and I mention you.",
    "merged_own": "I have put this together with another question of yours that is the same. The "
    "answer comes here too, and I mention you.",
    "left_alone": "Somebody whose question you joined has taken it back or changed it, so no "
    "answer to it comes. Do you still want to know? Please ask it here in your own words.",
    "volunteer_asks": "A volunteer wants to answer your question, and asks you first:",
    "official_asks": "An official of {body} wants to answer your question, and asks you first:",
    "ask_how": "Write your reply here, in this conversation. Leave out your citizen service number "
    "and other things that only you should know.",
    "introduction": "I am Loket, a bot. Ask me about benefits, taxes, permits, housing or health "
    "insurance. If I know an answer that people have vetted, I post it. If not, I bring your "
    "question to people. To go to people at once, write {people} and your question.",
    "people_how": "Gladly. Write {people} and then your question, in one message. "
    "I will bring it to people at once.",
    "ask_changed_by_volunteer": "The volunteer has changed the question above. It reads now:",
    "ask_changed_by_official": "The official of {body} has changed the question above. It reads "
    "now:",
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
}
