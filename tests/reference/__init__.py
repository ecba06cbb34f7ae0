"""The meaning of a policy once more, as the plainest Python that works, from the numbered decisions alone.

Where the decisions leave a choice open, the reading that is safe for the complainant was taken:

- a pause whose `from` and `to` fall on the same moment while none was open is nothing (2);
- close of business of a closed day is at its weekday's closing time, else at the latest of the week (3);
- a warning in days comes at the midnight that opens the counted day, also for business days; `before` in days at that
  of the day; `before` in hours counts back from `due_at` (21);
- a promised date is not moved by pauses (39); pauses and extensions reach a fallback like every limit (28, 83);
- something done at the very moment `late_from` is late (3), also if a pause ends then; switched off then: ended (42);
- the due of a duty that is done stays as it was then, that of a breached one as it was at the breach (52, 76);
- a duty that applied and stops applying is ended, even if its clock had not started (45, 63);
- a start known to lie ahead (a date, another's due) counts as started: its due is known (20);
- `last_of`: a member whose `only_if` is known false is left out, even if it happened (27);
- content or fields not recorded on a completion before the due: cannot_tell after it, whatever comes later (40, 74);
- an unknown `where` of an event moves no case, as an unknown condition moves none (54);
- `WhenTrue` fires at each change to true, and at receipt if it is true then (54);
- only a move upon `referred` enters an external tier (56); the last recorded tier stands if it is higher (58);
- the tier is looked up again at every moment and the higher one taken, an undetermined one as its highest (51, 58);
- going down needs an event with a known `role` (55); moves stop while the scope is out (63);
- an option that was missed has no moment of breach, and stays lapsed if done after all (language.md section 7);
- a right whose `when` is false, or whose closing moment comes before it opens, is never_started;
- a series shows its next due; it is breached while a missed occurrence is open (46, 87);
- a late completion in a fixed grid closes only what was missed, not the period that runs (46).
"""
