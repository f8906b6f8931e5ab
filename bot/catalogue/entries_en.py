"""What responders read in English of entries and drafts; see the package for the rules."""

from __future__ import annotations

SENTENCES = {
    "case_doubted": "under review",
    "withdrawn": "The asker has taken the question of case {case} back. Its words are removed "
    "here, and the case is closed. There is nothing more to do.",
    "draft_title": "As an entry, citizens would read this:",
    "draft_fields": "topic: {topic} · lang: {language} · scope: {scope} · "
    "valid_until: {valid_until} · body: {body} · source: {source}",
    "draft_missing": "Missing: {fields}. Who wrote the answer can add it too: !edit {field}: …",
    "draft_source": "If an official vets it as it is, their body is the source.",
    "draft_wordings": "Asked like this too; each wording leads to the answer "
    "(!edit alternatives: …, one a line, says which stay):",
    "draft_tied": "Of these, taken over from entries for another place, so that each holds in its "
    "own: {wordings}.",
    "draft_masked": "Left out of the question and wordings: {kinds}. Names I don't recognise: "
    "please take them out.",
    "draft_personal": "Please look: this may be something personal: {kinds}. It stands as it was "
    "written.",
    "draft_scope": "No room here is about {scope}: nobody would be given this.",
    "draft_corrects": "This would be the next version of entry {entry}.",
    "scope_unserved": "Not taken: no room is about {scope}; entries for it reach nobody. There are "
    "rooms about: {scopes}. !edit scope: and one of these.",
    "draft_how": "Another person who may vet can now write: !vet (or a tap ✅) to publish it as it "
    "stands, !edit field: value to change it first (fields: {fields}), !reject and a reason to "
    "send it back. Who changes what the answer says, more than a typo, leaves !vet to "
    "somebody else. Take personal details out of the question before you publish.",
    "draft_how_again": "!vet (or a tap ✅ here) publishes it as it stands, !edit changes it again.",
    "draft_wrong": "Not changed. {text}",
    "body_stays": "Not changed: {body} decides about this. An official of it, or somebody who may "
    "vet for it, can name another body.",
    "vet_unseen": "Not published: the draft of case {case} is not the one that you were shown. It "
    "comes to the case's thread. If it is right as it is: !vet, or a tap ✅ on it.",
    "vet_not_you": "You can't vet case {case}: {reason}. {who}",
    "vet_who": "These may: {names}.",
    "vet_nobody": "Nobody in the settings may now. Please ask the maintainers.",
    "vet_nobody_else": "Nobody else may. You can once your words are gone from it; or ask the "
    "maintainers for a second person who may vet.",
    "vet_own": "nobody vets their own answer",
    "vet_own_words": "you changed what it says, and nobody vets their own words",
    "vet_said_before": "you said the same before, and nobody vets their own words",
    "vet_not_entitled": "the settings don't entitle you to vet",
    "vet_other_topic": "the settings don't entitle you to vet this topic ({topic})",
    "vet_other_body": "{body} decides about this, and you answer for another body",
    "vet_incomplete": "Not published: {fields} missing. Add with !edit field: value.",
    "vet_source": "Not published yet: no source was named. {source} stands there now, since you "
    "answer for it. If that is right: !vet again.",
    "vet_tied": "Not published yet: what the draft takes over from entries for another place has "
    "changed. It stands there now. If that is right, write the same again.",
    "vet_end": "Not published. {text}",
    "vet_unsearched": "Not published: search does not work now, so I can't see whether something "
    "else answers this too. Please wait a little, and write the same again. If it lasts, tell the "
    "maintainers: loket doctor names what is wrong.",
    "vet_conflict": "Not published: this question has an answer for the same place already, and it "
    "says something else.",
    "vet_conflict_of": "Source: {source} · body: {body}",
    "vet_conflict_wordings": "Asked like this too:",
    "vet_ways": "What holds?\n!vet supersede {entry}: your draft takes its place.\n"
    "!vet merge {entry}: that one stays, the asker gets it, and their words lead to it.\n"
    "If both hold, but not in the same place: !edit scope: and the place, then !vet.",
    "vet_ways_flagged": "Take what {entry} answers out of the draft (!edit question: or "
    "alternatives:), narrow its place (!edit scope:), or !withdraw one of the two and why.",
    "vet_across": "Not published yet: what stands in another language may answer this question "
    "too. Please compare the two; numbers, days and amounts too.",
    "vet_across_ways": "How do they go together? !vet translation {entry}: both say the same, and "
    "your draft is its translation. !vet supersede {entry}: yours holds, and that one is "
    "withdrawn. !vet apart {entry} and why: it is about something else; the reason is kept. If "
    "both hold, but not in the same place: !edit scope: and the place. Of several, write a line "
    "for each; behind apart several ids can stand.",
    "vet_across_there": "Where the two hold for different places: !vet there {entry}: both answer "
    "the same question, each in its own place. In the narrower one, that one stands in for the "
    "other, in every language.",
    "vet_across_unseen": "Not published: of {entries} you were shown another version, or none. "
    "Please look, and write it again if it is still right.",
    "vet_there": "{entry} holds for {scope} only, so it is no original of what holds everywhere. "
    "If both answer the same question: !vet there {entry}. If not: !vet apart {entry} and why.",
    "vet_there_same": "{entry} holds for {scope}, so neither of the two is in the other's place: "
    "!vet translation {entry}, !vet supersede {entry}, or !vet apart {entry} and why.",
    "apart_why": "Write why behind it: !vet apart {entry} and the reason. It is kept with the "
    "entry.",
    "translated_before": "{entry} has a translation into that language already: {other}. !vet "
    "supersede {other} puts your draft in its place.",
    "translation_chain": "{entry} has translations itself, so it can't be one. !vet supersede the "
    "other one, or !vet apart and why.",
    "published_translation": "It is a translation of {original}. If that does not say the same, "
    "have it changed too. It says:",
    "published_uncompared": "I could not compare it with the entries in {languages}: there are "
    "too few. Please look whether one of them answers the same question.",
    "vet_how": "!vet publishes the draft. If something else answers the question: "
    "!vet supersede and its id, or !vet merge and its id.",
    "vet_target": "There is no entry {entry} that this could go with. Its id stands in the list "
    "of the nearest entries, or where !vet tells what else there is.",
    "vet_other_place": "Entry {entry} holds for {scope}, in the language {language}. A draft takes "
    "the place of one for the same place and in the same language only.",
    "vet_theirs": "Entry {entry} is vetted for {body}. Only an official of that body can replace "
    "it.",
    "vet_flagged": "Case {case} is about entry {entry}: !vet makes the draft its next version. It "
    "is to be gone? !withdraw {entry} and why.",
    "vet_moved_on": "Entry {entry} has changed since that answer, so this case ends by itself. "
    "Please look whether what it says now is right.",
    "vet_elsewhere": "Entry {entry} does not hold for who asked in a room about {places}: they are "
    "not told of it, and keep the answer that was given here.",
    "vet_merged": "The asker of case {case} has entry {entry} now, word for word. What askers "
    "wrote here leads to it from now on.",
    "vet_merged_tied": "So do these, from entries for another place:",
    "vet_merged_only": "The asker of case {case} has entry {entry} now, word for word. What askers "
    "wrote here does not lead to it: it is in another language, or not yours to change.",
    "published_here": "In rooms about {scope} it stands in for: {entries}.",
    "published_elsewhere": "In these places another entry stands in for it: {places}.",
    "published": "Published as entry {entry}, version {version}. The next person who asks gets it.",
    "review_soon": "Does this still hold? Its last day is {until}.",
    "review_over": "Does this still hold? Its last day was {until}: it is not served any more.",
    "review_undated": "Does this still hold? It has no last day. Last checked: {checked}.",
    "review_facts": "Entry: {entry} · body: {body} · source: {source}",
    "review_how": "Please compare it with its source. If it holds, tap ✅ here, or write !confirm "
    "in this thread. If it does not, write !withdraw and why. It takes somebody who may vet it.",
    "renew": "This is a translation of {original}, and that one says something else now. Please "
    "renew it.",
    "renew_gone": "This is a translation of {original}, which was withdrawn. Does it still hold?",
    "renew_original": "{original} says now:",
    "renew_how": "It says the same as the original: !confirm {entry} {state}. It does not: answer "
    "the next question about it anew, with !vet supersede {entry}; until then !withdraw {entry} "
    "and why. A tap is not enough.",
    "renew_gone_how": "!withdraw {entry} and why. If it holds without the original, have it "
    "vetted as an entry of its own.",
    "which_entry": "Which entry? !{verb} and its id, or write it in the thread about that entry.",
    "entry_not_yours": "Entry {entry} belongs to {body}. Only people who may vet it can do that.",
    "confirmed": "Entry {entry} is confirmed. It holds until {until} now.",
    "confirmed_before": "Entry {entry} was confirmed before. It holds until {until}.",
    "confirm_own": "Not confirmed: you wrote what entry {entry} says. Somebody else has to look.",
    "confirm_unseen": "Not confirmed: entry {entry} is not what you were shown. It says now:",
    "confirm_unseen_how": "Hold it against its source. If it holds: !confirm {entry}.",
    "confirm_conflict": "Not confirmed: {others} answers the same question as {entry} already, for "
    "the same place, and says something else. !withdraw one of them first.",
    "confirm_unsearched": "Not confirmed: search does not work now, so I can't see whether "
    "something else answers this too. Please wait a little, and write !confirm {entry}. If it "
    "lasts, tell the maintainers: loket doctor names what is wrong.",
    "confirm_tied": "These wordings, from entries for another place, lead to it too, so that each "
    "holds in its own place:",
    "confirm_across": "Something in another language may answer the same question. Please compare "
    "the two; if they differ, !withdraw one of them.",
    "not_served": "Entry {entry} is not served any more.",
    "withdraw_why": "Write why behind it: !withdraw and the reason. It stays here, in the entry's "
    "history.",
    "withdraw_officials": "Entry {entry} belongs to {body}, and nobody here answers for "
    "that body. Ask an official of another body to withdraw it, or the maintainers.",
    "entry_withdrawn": "Entry {entry} is withdrawn. Nobody gets it any more, and who got it lately "
    "is told.",
    "history_none": "There never was an entry {entry}.",
    "history_version": "version {version}",
    "history_withdrawn": "version {version} withdrawn",
    "history_new": "the first one",
    "history_typo": "a typo mended",
    "history_minor": "the advice is the same",
    "history_advice": "the advice changed",
    "history_by": "by {who}",
    "history_vetted": "vetted by {who}",
    "history_served": "The newest version is served.",
    "answer_doubted": "Somebody says that the answer to this case is wrong. Please look at it: "
    "edit it where you wrote it, or !answer anew.",
    "flag_title": "Case {case}: somebody says that an entry in {language} is wrong",
    "flag_from_room": "Said in a community room",
    "flag_from_direct": "Said in a direct chat",
    "flag_entry": "Entry {entry} · source: {source}. It is under review until this case ends.",
    "flag_not_here": "Case {case} is about entry {entry}, which somebody says is wrong; nobody "
    "waits for another answer there. !confirm if it holds, !withdraw and why if it does not, or "
    "!answer and the right words.",
    "flag_no_merge": "Case {case} is about an entry that somebody says is wrong; it can't be one "
    "with a question.",
    "flag_close_why": "!close and why: who says that entry {entry} is wrong reads it, and the "
    "entry is not under review any more.",
    "desk_flag_closed": "Case {case} is closed, and entry {entry} is not under review any more. "
    "Who said that it is wrong reads why.",
    "send_paused": "Entry {entry} is under review: somebody says that it is wrong. Nobody is given "
    "it until that is settled.",
    "sent_doubted": "Entry {entry} is under review; the asker reads that too.",
    "flag_opened": "Somebody who got entry {entry} says that it may be wrong. It says:",
    "flag_how": "In this thread: !confirm if it holds, !withdraw and why if it does not. If you "
    "know better: !answer and the right words; a second person makes them its next version with "
    "!vet. Who said it is told what came of it.",
    "flag_reason": "They write why:",
    "flag_reason_changed": "They have changed these words. They read now:",
    "flag_taken_back": "Who said that the entry may be wrong has taken that back. Case {case} is "
    "closed. There is nothing more to do.",
    "flag_alone": "Who said that the entry may be wrong has taken that back. Case {case} stays "
    "open, because somebody took it: !confirm, !withdraw or !close.",
    "desk_flag_confirmed": "Entry {entry} holds; who said that it may be wrong is told.",
    "desk_flag_changed": "Entry {entry} has changed; who said that it may be wrong is told.",
    "desk_flag_withdrawn": "Entry {entry} is withdrawn; who said that it may be wrong is told.",
    "change_advice": "Entry {entry} says something else since version {version}. Who got the old "
    "answer lately is told.",
    "change_withdrawn": "Entry {entry} is not served any more. Who got its answer lately is told.",
    "change_told": "{told} told, {unreachable} unreachable.",
    "change_waiting": "Being told now: {waiting}.",
}
