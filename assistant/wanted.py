"""What kind of answer a question wants, and whether a text holds something of that kind."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, get_args

from index.describe import MONTHS

Kind = Literal["person", "date", "grade", "number", "money", "percentage", "list", "reason", "name", "contact"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def wanted(question: str) -> frozenset[Kind]:
    """The kinds of answer that a question wants; none where its words do not tell."""
    question = question.replace("’", "'")
    return frozenset(kind for kind, pattern in _ASKS.items() if pattern.search(question))


def wants_improvements(question: str) -> bool:
    """Whether a question is about what inspectors said has to improve."""
    return bool(_IMPROVEMENTS.search(question.replace("’", "'")))


def lists_improvements(heading: str) -> bool:
    """Whether what stands under a heading is what has to improve."""
    return bool(_OF_IMPROVEMENTS.search(heading))


def has(kind: Kind, text: str, known: str = "") -> bool:
    """Whether a text holds something of a kind. It tells what a text looks like, not whether it is what was asked.

    Names that stand in `known`, as the question and the authority do, are none that was asked for.
    """
    return _has(kind, text, known if kind in ("person", "name") else "")


@lru_cache(maxsize=2048)  # the same texts are looked at more than once a question
def _has(kind: Kind, text: str, known: str) -> bool:
    text = text.replace("’", "'")
    if kind in ("person", "name"):
        given = frozenset(_plain(word) for word in _WORD.findall(known.replace("’", "'")))
        if kind == "person":
            return bool(_PERSON.search(text)) or any(_is_person(words, given) for words in _capitalised(text))
        return any(_is_name(words, given) for words in _capitalised(text))
    if _HOLDS[kind].search(text.lower()) or (kind in _HOLDS_AS_WRITTEN and _HOLDS_AS_WRITTEN[kind].search(text)):
        return True
    return kind == "number" and bool(_DIGIT.search(_NO_NUMBER.sub(" ", _PARAGRAPH_NUMBER.sub(" ", text).lower())))


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


def _small(*patterns: str) -> re.Pattern[str]:
    """As `_any`, for a text in small letters: it is searched twice as fast as one where case is passed over."""
    return re.compile("|".join(patterns))


def _at_word(*patterns: str) -> str:
    """A pattern for any of these at the beginning of a word, which is looked for once."""
    return rf"\b(?:{'|'.join(patterns)})"


def one_of(words: str) -> str:
    """A pattern for one of several words, which may be patterns; _ stands for a space."""
    return f"(?:{'|'.join(word.replace('_', ' ') for word in words.split())})"


# --- What a question asks for -----------------------------------------------------------------------------------------

_BE = r"(?:'s|\s+(?:is|was|are|were|will be))"
_SUM = one_of(
    """fees? allowances? costs? prices? bill grants? salary salaries wages? rent ransom compensation fines? bonus
    income savings? overspend payments? funding spending deficit budget"""
)
_PAY = one_of(
    """pays? paid paying costs? costing spends? spent spending invest(?:s|ed|ing)? charg(?:es?|ed|ing) fined earns?
    puts?_in puts?_into putting_into raised? money cash budget cuts"""
)
_WHICH_POST = one_of("children's strategic executive new latest current interim independent improvement dfe")
_HOLDER = one_of(
    """director dcs chair chair(?:wo)?man commissioner (?:lead_)?inspector chief_exec(?:utive)? ceo lead_member
    councillor"""
)
_POST = rf"(?:{_WHICH_POST} )*{_HOLDER}"
_BODY = one_of(
    """company companies firms? charity charities organisations? body bodies council borough authority university
    universities hotels? b&bs? streets? towns? country countries software database
    (?:it|computer)_system recording_system app film boarding_schools schools children's_homes"""
)
_WHICH_BODY = one_of("other regional outside private neighbouring national local case_management two three four")
_COUNTED = one_of("numbers? rates? turnover turnout vacanc(?:y|ies) plans? referrals? caseloads? staffing")
_CHANGE = one_of("fall fell fallen drop(?:ped)? rise risen go gone grow grown come increased?")
_NO_SUM = one_of("progress better worse quicker slower longer more_likely time work")
_NO_COUNT = one_of("(?:extra_)?pounds (?:extra_)?quid millions? £ per_cent percent")
_MARK = one_of("mark grade rating judgement verdict score")
_AREA = one_of("part bit area strand one service")
_IMPROVE = r"(?:improve|get better|do better|change|be (?:done )?(?:better|improved|fixed|changed))"
_NO_MORE = r"\s*(?:[?.,;]|$|(?:in|at|since|next|now|by|according)\b)"  # about one thing: no list of all is wanted
_VERDICT = one_of("good outstanding inadequate fail(?:ed|s|ing)? rated marked best worst weakest (?:top|bottom)_marks?")

_ASKER = one_of("i you anyone someone somebody")
_TURN_TO = one_of(
    "call ring phone email contact write_to get_in_touch get_hold_of report refer complain speak_to talk_to tell"
)
_A_MONTH = one_of(" ".join((*MONTHS, *(month[:3] for month in MONTHS), "sept")))
_FARE = one_of("do doing done fare fared get_on got_on perform performed performing come_out")
_WHEN = (
    rf"\s*(?:[?.,;]|$|(?:overall|now|this time|last time|according)\b"
    rf"|(?:in|at|by|for|during) (?:(?:the|its|this|that|their|last|latest|first|previous|ofsted) )*"
    rf"(?:\d{{4}}|inspection|report|visit|{_A_MONTH})\b)"
)

_ASKS: dict[Kind, re.Pattern[str]] = {
    "money": _any(
        rf"\bhow much\b(?! {_NO_SUM})[^?.,;]*?\b(?:{_PAY}|{_SUM})\b",
        r"\bhow much (?:is|was) [^?.,;]* worth\b",
        r"\bhow many (?:extra )?(?:pounds|quid|millions?|£)",
        r"\bwhat (?:do|does|did|will) [^?.,;]{0,60}?\b(?:pay|cost|spend|charge)s?\b",
        rf"\b(?:weekly|yearly|annual|monthly|nightly|daily|hourly|total|exact) (?:[\w'-]+ ){{0,2}}{_SUM}",
        rf"\bwhat{_BE} (?:[\w'-]+ ){{0,4}}{_SUM}(?= (?:to|for|of|in|per|a)\b|\?|$)",
        rf"\bwhat{_BE} [^?.,;]{{0,60}} (?:paid(?! to\b| attention)|earning)\b",
        r"\bwhat (?:sum|amount of money)\b",
    ),
    "percentage": _any(
        r"\b(?:what|which)(?:'s| was| is)? (?:the |a )?(?:share|proportion|percentage|fraction)\b",
        r"(?<!\d)(?<!\d )(?:%|\bper ?cent\b)|\b(?:percentage|proportion|share) of\b",
        r"\b(?:vacancy|turnover|re-?referral|retention|conversion|unemployment) rates?\b",
    ),
    "number": _any(
        rf"\bhow many\b(?! {_NO_COUNT})",
        r"\bnumbers? (?:of|in|before)\b|\bopening hours\b|\bbefore and after\b",
        r"\b(?:vs|versus) (?:the )?(?:england|national)",
        r"\bhow (?:long|old|often|big|large|quickly|fast|soon|slow)\b",
        r"\bhow far (?:behind|below|above|short|away|off)\b",
        r"\baverage (?:caseloads?|time|wait|size|length|age|days)\b",
        r"\b(?:what|which) age\b",
        r"\bhow much (?:longer|quicker|slower|faster|older|time)\b|\bby how much\b",
        r"\bhow much (?:better|worse) (?:did|was|is|were|are)\b",
        rf"\bhow (?:far|much) (?:did|has|have|had)\b[^?.,;]*\b{_COUNTED}\b[^?.,;]*\b{_CHANGE}\b",
        r"\bwhat (?:was|is|were|are) the (?:figures?|numbers?|total|longest|shortest)\b",
    ),
    "date": _any(
        r"(?:^|[,;:?–-]\s*|\b(?:and|or)\s+)when(?:'s| is| did| does| do| was| were| will| are| has| have)\b",
        r"\bsince when\b",
        r"\b(?:what|which)(?: was the| were the)? (?:dates?|day|month|year)\b",
        r"\bhow long (?:has|have|had|since|ago)\b",
    ),
    "grade": _any(
        rf"\b(?:what|which)(?:{_BE})? (?:the |its |their |overall |ofsted |separate )*{_MARK}s?\b",
        r"\b(?:overall|inspection|ofsted|board|services?) (?:mark|grade|rating|judgement)s?\b",
        r"\b(?:grades|ratings|marks) (?:for|did|were|in|at|\d{4})\b|\b(?:grade|rating|mark) (?:for|did|was|\d{4})\b",
        r"^(?!.*\b(?:why|other)\b).*(?<!top-)(?<!top )\b(?:rated|ratings?|graded|gradings)\b",
        r"^(?!.*\bwhy\b).*(?<!with the )(?<!despite the )\b(?:top|bottom|highest|lowest|best|worst) (?:mark|grade)s?\b",
        rf"\b(?:which|what) {_AREA}s?\b[^?.,;]*\b{_VERDICT}\b",
        rf"\b(?:weaker|weakest) {_AREA}\b",
        r"\bwhat did (?:[^?.,;]* )?(?:each|get|score) (?:of the|for each|area|overall|from ofsted)",
        r"\bwhat (?:did )?ofsted (?:give|gave)\b",
        r"\b(?:was|were|is|are|be|been) (?:[\w'-]+ ){0,5}judged\b(?! (?:to be at|about))",
        rf"\bhow (?:did|does|do|has|have|is|was|are|were) [^?.,;]{{0,60}}\b{_FARE}{_WHEN}",
        rf"^(?:is|are|was|were) (?:it|they|children's services)? ?(?:still |now |any )*{_VERDICT}{_WHEN}",
    ),
    "list": _any(
        r"\b(?:list|names) (?:of|the|me)\b",
        r"\b(?:which|what)(?: (?:are|were))?(?: the)?(?: only)? (?:two|three|four|five|six|\d) \w+",
        r"\b(?:what|which) (?:kinds?|sorts?|types|things|jobs|perks|freebies|ideas|ways|steps)\b",
        r"\b(?:what|which) (?:complaints|problems|failings|groups|outside events)\b",
        r"\bwhat (?:are|were) the (?:\w+ ){0,2}\w+s\b",
        r"\bwhat (?:else )?(?:can|could) (?:you|they|young people|care leavers|kids)\b",
        rf"\bwhat\b[^?.,;]{{0,60}}\b(?:needs?|needed|has|have|had|must|should|told)\b(?: to)? {_IMPROVE}(?={_NO_MORE})",
    ),
    "reason": _any(
        r"\b(?:why|how come)\b",
        r"\bwhat (?:was|is|lay|lies|'s) (?:behind|the reason|the cause|to blame)\b",
        r"\bwhat (?:caused|led to|dragged)\b|\breasons? (?:for|why)\b|\bbehind it\b",
    ),
    "person": _any(
        rf"\bwho(?:'s|\s+(?:is|was|are|were))? (?:the )?{_POST}\b",
        r"\bwho (?:chairs?|chaired|led|leads|heads?|headed)\b",
        rf"\bnames? of (?:the |its |a )?(?:[\w']+ ){{0,5}}{_POST}s?\b",
        rf"\bwho (?:did|do|does|has|have)\b[^?.,;]* as {_POST}\b",
        r"\bwhich (?:\w+ )?(?:councillors|inspectors?|ministers?|judges?)\b",
        rf"\bwhat{_BE} (?:his|her) name\b",
    ),
    "name": _any(
        rf"\b(?:which|what) (?:{_WHICH_BODY} )*{_BODY}\b",
        r"\bnames? of\b|\bwhat name\b|\bname the\b|\bnamed\?|\b(?:local|other) name for\b",
        rf"\bwhat{_BE} (?:its|the|their) (?:\w+ )?names?\b",
        r"\b(?:it|its|they|this|scheme|team) called\b|\bcalled\?",
        r"(?:^|[:,;–-] ?|\band )who (?:carried out|owns?|made|makes|supplies)\b",
    ),
    "contact": _any(
        r"\b(?:phone|telephone|mobile|contact|hotline|helpline) (?:numbers?|details)\b|\bemail address(?:es)?\b",
        r"\b(?:what|which) number (?:do|can|should|must|shall|to)\b",
        rf"\bwhat{_BE} the (?:address|postcode|website|email)\b|\b(?:who|where) to {_TURN_TO}\b",
        rf"\b(?:how|who|where) (?:do|can|should|must|shall|would) {_ASKER} {_TURN_TO}\b",
        r"\bwhat (?:should|can|must|do) i do\b",
    ),
}

_FIX = one_of(
    """fix(?:ed|ing)? sort(?:ed|ing)? put(?:ting)?_right improved? get_better do_better do_more be_better address tackle
    work_on beef(?:ed)?_up"""
)
_INSPECTORS = one_of("ofsted inspectors? inspection report visit they")
_WORDS = r"(?:[\w&'-]+ )"
_IMPROVEMENTS = _any(
    rf"\b(?:told|asked|ordered|instructed|required|urged) {_WORDS}{{0,3}}?to {_FIX}\b",
    r"\b(?:told|ordered|instructed|required) (?:in \d{4} )?to (?:do|stop|start|change)\b",
    rf"\b{_INSPECTORS}\b[^.?]*\b(?:tell|told|asked?|wanted|want|wants) {_WORDS}{{0,6}}?to (?:{_FIX}|do|stop|start)\b",
    rf"\b{_INSPECTORS}\b[^.?]*\b(?:want(?:ed|s)?|said) {_WORDS}{{0,4}}?(?:be )?(?:fixed|put right|improved|sorted"
    r"|better)\b",
    rf"\b(?:what|which|areas?|things?|anything)\b[^.?]*\b(?:must|should|needs? to|needed to|ha[sd] to|have to|still to"
    rf"|left to) {_WORDS}{{0,3}}?(?:be )?(?:{_FIX}|better)\b",
    r"\b(?:needs?|needed) (?:\w+ )?(?:fixing|improving|sorting|beefing|improvement|work)\b|\bto-?do list\b",
    r"\bthings to (?:put right|fix|sort)\b|\b(?:areas?|points?) (?:for|of) (?:improvement|development)\b",
    r"\bweaknesses\b|\b(?:biggest|main|greatest|worst) weakness\b|\bwhat(?:'s| is| was) wrong with\b",
    r"\bwhat to improve\b|\bmust get better\b|\brecommendations?\b|\bflagged (?:to|as needing)\b",
    r"\bimprovements?\b[^.?]*\b(?:ask|asked|needed|required?|want|wanted|recommended)\b",
)
_OF_IMPROVEMENTS = _any(
    r"\bneeds? to improve\b|\brecommendations?\b|\bareas? for (?:improvement|development|priority action)\b"
    r"|\bpriority and immediate action\b",
)

# --- What a text holds ----------------------------------------------------------------------------------------------

_NUMBER_WORD = one_of(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? millions?
    dozens?"""
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_SEASON = one_of("year month week summer autumn winter spring")

# Figures that count nothing: paragraph numbers; days, years, "16- and 17-year-olds", "section 47".
_PARAGRAPH_NUMBER = re.compile(r"(?:^|\n)\s*\d{1,3}(?:\.\d+)*\.?\s*(?=[A-Z])|(?<=[.!?]) \d{1,3}\. ?(?=[A-Z])")
_NO_NUMBER = _small(
    rf"\b{_DAY}(?:\s*(?:to|and|-|–)\s*{_DAY})?(?:\s+of)?\s+{_A_MONTH}\b",
    rf"\b{_YEAR}(?:\s*(?:[-–/]|to)\s*(?:{_YEAR}|\d\d))?\b(?!\s+(?:children|young|families|cases|referrals))",
    r"\b\d{1,2}[-–]?(?:(?:,? (?:and|or|to) |\s?/\s?|[-–])\d{1,2})?[-–\s]?years?[-–\s]olds?\b",
    r"\b(?:section|regulation|key stage|page|paragraph|schedule|article|part|covid|recommendation)s?[\s-]*\d+\b",
)
_DIGIT = re.compile(r"\d")
_HOLDS: dict[Kind, re.Pattern[str]] = {
    "number": _small(
        rf"\b{_NUMBER_WORD}\b",
        r"\b(?:only|just|than|but|all|with|attended) one\b",
        r"\bone (?:in|out of|child|family|young person|social worker|week|month|year|case)\b",
        r"\b(?:once|twice|half|halved|doubled?|trebled|tripled|none|all-age|lifelong)\b",
        rf"\b(?:every|each) (?:\w+ )?(?:{_SEASON}|day|hour|term|night)s?\b",
        r"\b(?:fortnightly|weekly|monthly|daily|quarterly|annual(?:ly)?)\b",
        r"\ba (?:third|quarter|couple|pair|single|year|month|week|day)\b",
    ),
    "money": _small(
        r"£\s?\d",
        r"\b\d[\d,.]*\s?(?:k|m|bn|million|billion)?\s?(?:pounds|pence)\b",
        r"\b\d[\d,.]*\s?(?:million|billion|bn)\b",
        rf"\b(?:{_NUMBER_WORD}|several|one|a) (?:hundred |thousand |million |billion )?pounds\b",
        r"\b(?:half a|several|one|a quarter of a) (?:million|billion)\b",
    ),
    "percentage": _small(
        r"\d\s?(?:%|per ?cent\b|percentage points?\b)",
        _at_word(
            rf"{_NUMBER_WORD} per ?cent\b",
            r"half\b(?<!first half)(?<!second half)(?<!other half)"
            r"(?!-| an? (?:hour|day|year)| (?:day|term|year|sister))",
            r"(?:a|one) (?:third|fifth|quarter|tenth|sixth|eighth)\b(?! (?:part|sector|year|time|person|child))",
            r"(?:two|three|four)[- ](?:thirds|quarters|fifths)\b",
            rf"(?:one|{_NUMBER_WORD}|\d+) (?:in|out of(?: every)?) (?:every )?(?:{_NUMBER_WORD}|\d+)\b",
        ),
    ),
    "date": _small(
        rf"\b(?:{_DAY}\s+)?{_A_MONTH}\b(?:\s+\d{{1,2}},)?\s+{_YEAR}\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_A_MONTH}\b",
        rf"\b(?:in|since|during|from|by|until|before|after|early|late|mid-|of|{_SEASON})\s?{_YEAR}\b",
        rf"\b(?:in|since|from|last|during|early|late|by|until) {_A_MONTH}\b",
        rf"\b(?:last|this|next|previous) {_SEASON}\b|\b\d+ (?:years?|months?|weeks?) (?:ago|earlier)\b",
        rf"\b{_YEAR}\s?[-–/]\s?(?:19|20)?\d\d\b",
    ),
    # "good" is a judgement with a capital, in quotation marks, or where it stands behind a verb, not before a noun.
    "grade": _small(
        _at_word(
            r"(?:requires? improvement|inadequate|outstanding)\b",
            r"(?<!there )(?:is|are|was|were|be|now|remain(?:s|ed)?|judged|rated|graded|as|to) (?:good|adequate)\b",
            r"(?:good|adequate) (?:judgement|rating|grade|overall)\b",
        ),
        r":\s*(?:good|adequate)\b",
        r"['‘“\"](?:good|adequate)['’”\"]",
    ),
    "list": _small(
        r"(?:^|\n)\s*[•▪◼\uf0b7\uf06e\uf0a7–-]\s",
        r";\s[^;.]+;\s",
        r"\b\w[^,.;:\n]*,\s[^,.;:\n]+,?\s(?:and|or|as well as|plus|along with)\s\w",
        r":\s+\w[^.]*(?:[,;]|\band\b)\s",
        r"\b(?:including|such as|for example)\b[^.]*(?:,|\band\b)",
    ),
    "reason": _small(
        r"\b(?:because|due to|owing to|as a (?:result|consequence)|consequently|therefore|thereby|thanks to)\b",
        r"\b(?:so that|in order to|in recognition of|reasons?|caus(?:e|ed|es|ing))\b",
        r"\b(?:this|which) (?:means|is because|has led|leads?|led|reflects|result(?:s|ed)|limits|makes|hinders)\b",
        r"\b(?:led|leading|contribut\w+|relat\w+|attribut\w+|linked) to\b|\bresult\w* (?:in|of|from)\b",
        r"\b(?:lack|absence|shortages?|difficult\w+|challenges?|pressure|reluctan\w+|(?:in|not )sufficient\w*)\b",
    ),
    "contact": _small(r"\b0\d{2,4}[ -]?\d{3}[ -]?\d{3,4}\b", r"\S@\S+\.\w", r"\bhttps?://|\bwww\."),
}

_HOLDS_AS_WRITTEN: dict[Kind, re.Pattern[str]] = {
    "grade": re.compile(r"\bGood\b(?! practice)"),
    "number": re.compile(r"\bNo (?:\w+ ){1,4}(?:has|have|had|is|are|was|were|currently)\b"),  # none
}

_TITLE = one_of("Mr Mrs Ms Miss Dr Sir Dame Lord Lady Baroness Professor Prof Cllr Councillor Judge")
_PERSON = re.compile(
    rf"\b[Ll]ead inspectors?:?\s+[A-Z][\w'-]+ [A-Z]|\b{_TITLE}\.? [A-Z][a-z]+"
    r"|\b[A-Z][a-z]+ [A-Z][\w'-]+,? (?:HMI|(?:Her|His) Majesty's)\b"
)
_CAPITALISED = re.compile(r"(?:(?:[A-Z][\w'-]*|[A-Z]\.)(?:\s+(?:of|the|and|for|upon|de|in|to|&)(?=\s+[A-Z]))?\s*)+")
_NAME_OF_PERSON = re.compile(r"[A-Z][a-z]+(?:['-][A-Z]?[a-z]+)?")
_APPOSITION = re.compile(r", (?:the|an?|our|its)\b")
_WORD = re.compile(r"[\w'-]+")
# Capitalised words that name no particular body, as they stand in every report.
_COMMON = frozenset(
    f"""
    a act aim aims all an and annex annexe are as asye at authority board both but by cafcass camhs care carers
    chair child children christmas cic cicc council covid covid-19 cse dcs department dfe director easter edt
    education effectiveness ehc england english experiences families family few for foster friday from gcse good
    government gp gps he help her his hm hmi home how however i if ilacs impact improvement in inadequate
    information inspection inspector inspectors iro iros is it its judgement key lac lado lead leaders leavers
    local lscb lscbs majesty managers many mash member members monday more most neet eet nhs no not nqsw nqsws
    of ofsted on one our outstanding overall pa page parents pas pep peps plo practice progress protection
    recently region report reports requires rhi safeguarding saturday school secretary section send senior
    services sgo sgos she since social some staff stage state such summary sunday that the their there these
    they this those through thursday to tuesday uasc uk under virtual wednesday when where while with work
    workers
    young {" ".join(MONTHS)}
    """.split()
)
# Words of which names of bodies, places and posts are made: no person is called so.
_BODIES = frozenset(
    """
    academy access adoption adviser advice agency alliance assembly assessment assistant association award
    awards bay borough centre charity charter chief city close college commission commissioner community
    conference contact corporate county court deputy development district early east eastern executive family
    first forest forum foundation framework future futures great greater group health hospital house hub human
    independent inspectorate institute integrated isle justice kingdom law line lower mark mental metropolitan
    milton mind model multi multi-agency network new north northern offending office officer operational order
    orders outline panel park parent parenting partnership pathway pathways permanence plan point police port
    principal programme project public put referral regional response review reviewing rights road royal safety
    saint scheme service services signs single society south southern st standards staying strategic strategy
    street supervising support team teams trust union unit university upon upper visiting west western youth
    """.split()
)


def _plain(word: str) -> str:
    return word.lower().removesuffix("'s")


def _capitalised(text: str) -> list[list[str]]:
    """Runs of capitalised words; a single one that begins a sentence is left out, unless a comma says what it is."""
    runs: list[list[str]] = []
    for match in _CAPITALISED.finditer(text):
        words = _WORD.findall(match.group())
        before = text[: match.start()].rstrip()
        begins = not before or before[-1] in ".!?:•▪◼" or "\n" in text[len(before) : match.start()]
        if len(words) > 1 or not begins or _APPOSITION.match(text, match.end()):
            runs.append(words)
    return runs


def _is_person(words: list[str], known: frozenset[str]) -> bool:
    """Two or three words of which none names a body, a place or a post: "Lorna Schlechte"."""
    while words and _plain(words[0]) in _COMMON:
        words = words[1:]
    if not 2 <= len(words) <= 3 or not all(_NAME_OF_PERSON.fullmatch(word) for word in words):
        return False
    return not any(_plain(word) in _COMMON | _BODIES | known for word in words)


def _is_name(words: list[str], known: frozenset[str]) -> bool:
    """Any capitalised word that is not common in every report."""
    return any(word[0].isupper() and len(word) > 1 and _plain(word) not in _COMMON | known for word in words)
