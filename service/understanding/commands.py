import sys
from service.understanding import checking
from service.understanding.page import Page
from service.understanding.triage import red_flags_of

if sys.argv[1] == "check":
    for p in checking.check(sys.argv[2:]): print(p)
else:
    for line in sys.stdin:
        page = Page(line.strip(), sys.argv[2:])
        flags=red_flags_of(page)
        print(line.strip()); print("   FLAGS", [(f.code, f.level, [e.text for e in f.evidence]) for f in flags])
        for leaf in page.leaves:
            for m in leaf.conditions: print("   COND", leaf.language, m.section, m.pattern.entry.term.text, page.standing_of_condition(leaf,m))
            for s,ms in leaf.facts.items(): print("   CUE", leaf.language, s, [m.pattern.entry.term.text for m in ms])
