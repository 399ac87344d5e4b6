"""Whether a card says that the model is meant to sort people who apply for work.

Text can only show that it is so, with the line; a card that does not say so shows nothing.
"""

from __future__ import annotations

import re

from weighbridge.release.card.headings import is_about
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Section
from weighbridge.release.observations import Observations

_HINT = re.compile(
    r"applica|candidat|\bc\.?v|r[ée]sum|curricul|job|hir(?:e|ing)|interview|简历|求职|应聘|候选|履歴"
    r"|応募",
    re.IGNORECASE,
)
_ACT = (
    r"(?:pre-?)?(?:rank|scor|filter|screen|shortlist|short-list|sort|assess|evaluat|select|rat(?=e|i)"
    r"|triag|grad|prioriti[sz]|match|compar|classif|review|judg|reject|identif|vet|sift)"
    r"(?:e|es|s|ed|ing|ting|ts|ment|tion|ion|ification|ying|y|ies)?"
)
_PERSON = (
    r"(?:(?:job[- ]?)?applicants?|job[- ]?seekers?|job applications?|employment applications?"
    r"|c\.?v\.?s\b|(?:a|an|each|every|one) (?:c\.?v\.?|résumé|resume)\b"
    r"|curricul(?:um|a) vitae|résumés?|resumes(?! (?:from|at|after|training|where|the))"
    r"|(?:job|hiring|interview|recruitment|employment) candidates?|prospective employees"
    r"|candidate (?:cvs|resumes|profiles|applications))"
)
_CANDIDATE = (
    r"candidates?(?![- ](?:tokens?|answers?|documents?|passages?|genes?|molecul\w+|compounds?"
    r"|responses?|completions?|generations?|sequences?|spans?|labels?|models?|boxes|solutions?"
    r"|translations?|entities|words?|outputs?|items?|drugs?|list|set)\b)"
)
_WORK = LatePattern(
    r"\b(?:hir(?:e|es|ing)|recruit\w*|vacanc\w+|job|jobs|interview\w*|employ\w*|talent|hr"
    r"|human resources|positions?|roles?|workforce|staffing|cvs?|resumes?|résumés?)\b"
)
_VERB_FIRST = LatePattern(rf"\b{_ACT}\b[^.;]{{0,60}}?\b{_PERSON}")
_VERB_CANDIDATE = LatePattern(rf"\b{_ACT}\b[^.;]{{0,50}}?\b{_CANDIDATE}")
_NOUN_FIRST = LatePattern(
    r"\b(?:applicant|cv|résumé|resume|candidate|job application)s?[- ](?:pre-?)?"
    r"(?:rank|scor|filter|screen|shortlist|sort|assess|evaluat|select|triag|vet|match)"
    r"(?:ing|ting|ment|ion|tion|er|ers|s)?\b"
)
_PASSIVE = LatePattern(
    rf"\b(?:{_PERSON}|{_CANDIDATE})\b[^.;]{{0,30}}\b(?:are|is|be|being|get|gets)\b[^.;]{{0,20}}?"
    r"\b(?:ranked|scored|filtered|screened|shortlisted|sorted|assessed|evaluated|selected|rated"
    r"|prioriti[sz]ed|rejected|vetted|graded|triaged|matched|compared|invited)\b"
)
_FIND_HIRES = LatePattern(
    r"\b(?:find|pick|choose|recommend|decide|predict|tell)\w*\b[^.;]{0,30}\b(?:best|right|top|suitable"
    r"|which|whom?|most qualified|qualified)\b[^.;]{0,30}\b(?:applicants?|candidates?|cvs|résumés?"
    r"|people to (?:hire|invite|interview)|to (?:hire|interview|invite to interview))"
)
_CHINESE = re.compile(
    r"(?:筛选|排序|评分|评估|打分|排名)[^。；]{0,10}(?:简历|求职者|应聘者|候选人)"
    r"|(?:简历|求职者|应聘者)[^。；]{0,10}(?:筛选|排序|评分|评估|打分|排名)"
    r"|(?:履歴書|応募者)[^。]{0,10}(?:選考|評価|ランク|選別)"
)
_NEGATED = LatePattern(
    r"\b(?:not|never|no|cannot|n't|mustn't|don't|isn't|without|prohibited|forbidden|forbid\w*"
    r"|avoid|refuse[sd]?|neither|nor|except|other than|rather than|instead of|unsuitable for"
    r"|out[- ]of[- ]scope|disallow\w*|ban(?:s|ned)?)\b|n't\b|不得|禁止|不能|不应|不用于|しない"
)
_MEANT = LatePattern(
    r"\b(?:intended|designed|built|made|meant|trained|fine-?tuned|developed|created|used?|uses|helps?"
    r"|lets?|allows?|supports?|aims?|assists?|can|will|reads?|takes?|model|tool|system|it|we|for|to)\b"
    r"|用于|可以|模型|ため"
)


def read_applicant_use(card: Card, seen: Observations) -> None:
    """Record ``use_ranks_applicants`` as true for the first line that says so."""
    for section, sentence in card.sentences():
        if not _HINT.search(sentence.text):
            continue
        if is_about(section, "misuse") or not _speaks_of_use(section, sentence.text):
            continue
        if says_ranks_applicants(sentence.text):
            note = f"the card says: {printable(sentence.text, 160)}"
            seen.declared("use_ranks_applicants", True, sentence.place(), note)
            return


def _speaks_of_use(section: Section, text: str) -> bool:
    return is_about(section, "use") or bool(_MEANT.search(text))


def says_ranks_applicants(sentence: str) -> bool:
    """Return whether one sentence says that something finds, filters or assesses applicants.

    A sentence that also denies, forbids or excludes anything shows nothing.
    """
    text = sentence[:2_000]
    if _NEGATED.search(text):
        return False
    if _VERB_FIRST.search(text) or _CHINESE.search(text):
        return True
    noun = _NOUN_FIRST.search(text)
    if noun and (_WORK.search(text) or not noun[0].lower().startswith("candidate")):
        return True
    at_work = _WORK.search(text)
    return bool(
        at_work
        and (_VERB_CANDIDATE.search(text) or _PASSIVE.search(text) or _FIND_HIRES.search(text))
    ) or bool(_PASSIVE.search(text) and re.search(_PERSON, text, re.IGNORECASE))
