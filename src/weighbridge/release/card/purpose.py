"""Whether a sentence says what this model is meant for, or only speaks of a thing.

A card speaks of a use in many ways that mean nothing of the kind: it forbids it, fears it, names
a data set or a test of it, or pastes a licence. Only what plainly says "it is for this" counts;
whatever else stands in the sentence, around the use, makes it count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from weighbridge.release.card.headings import is_about
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import is_eastern
from weighbridge.release.card.parts import Card, Passage, Section, Sentence
from weighbridge.release.card.subject import Subject

_NEGATED = LatePattern(
    r"\b(?:not|never|no|cannot|can't|without|neither|nor|except|other than|rather than|instead of"
    r"|nobody)\b"
    r"|n['’]t\b|不得|禁止|不能|不应|不可|不用于|不适用|不适合|不建议|请勿|严禁|切勿|滥用|而非"
    r"|しない|ません|べきでは|ないこと|対象外|禁じ"
)
_FORBIDDEN = LatePattern(
    r"\b(?:prohibit\w*|forbid\w*|forbade|ban(?:s|ned)?|refus\w*|refrain\w*|avoid (?:us|deploy"
    r"|apply|it|this)\w*"
    r"|unsuitable (?:for|to)|unsuited (?:for|to)|out[- ]of[- ]scope|beyond the scope|exclud\w+"
    r"|disallow\w*|misus\w*"
    r"|malicious\w*|abus\w+"
    r"|unlawful\w*|unethical|violat\w*|restrict\w*|discriminat\w*|bias(?:es|ed)?|concern\w*|critici[sz]\w*|controvers\w*"
    r"|warn\w*|caution\w*|disclaim\w*|liabilit\w+|compl(?:y|iance)|regulat(?:ed|ions?)"
    r"|legislation|by law|laws|oppose\w*"
    r"|high[- ]risk (?:uses?|applications?|domains?|areas?|systems?|decisions?|settings?"
    r"|contexts?|scenarios?)"
    r"|sensitive (?:uses?|domains?|areas?)|harm\w*|dangers? of|risks? of (?:using|deploy\w+)"
    r"|unacceptable|inappropriate"
    r"|you agree|licen[sc]ees?|licensor|herein|hereby|pursuant|terms of use|against the)\b"
)
_SUPPOSED = LatePattern(
    r"\b(?:could|might|may|should be (?:used|validated|tested|deployed|considered|reviewed|aware)"
    r"|should (?:only|always|never|consult"
    r"|verify|ensure|carefully|check|consider|perform|conduct|undergo|seek)|must|shall|please"
    r"|ensure|make sure|responsib\w+"
    r"|needs? to|ha(?:s|ve) to|required? to|unless|before (?:us|deploy|apply)ing|when(?:ever)? "
    r"(?:used|using|deploy\w+|applied)"
    r"|if (?:you|used|the model|this model|deployed)|in case|suppose|imagine|potentially"
    r"|potential (?:mis)?uses?|future|plan(?:s|ned)? to"
    r"|hope|aspir\w+|todo|consult|advise[ds]?|recommend(?:ed)? (?:against|that you)|feel free"
    r"|someone|somebody)\b"
    r"|^\W*if\b|如果|假如|应当|必须|请确保|将来|未来|可能会被|もし|今後|必要があ"
)
_OF_DATA = LatePattern(
    r"\b(?:data ?sets?|data set|corpus|corpora|benchmarks?|leaderboard|test sets?|validation set"
    r"|subsets?|splits?|annotat\w+"
    r"|labell?ed by|surveys?|papers?|authors|et al|arxiv|cit(?:e|ed|ation)|baselines?|examples? "
    r"of|prompts?|questions? (?:about|on)"
    r"|wikipedia|articles? (?:about|on)|news|books?|chapters?|courses? on|blogs?|conference"
    r"|workshop|fiction|stor(?:y|ies)|novels?"
    r"|role-?play\w*|hypothetical|satir\w+|history of|literature|evaluated on|tested on|inspired "
    r"by|unlike|competitors?|acknowledg\w*)\b"
    r"|数据集|基准|评测|论文|语料|例如|データセット|ベンチマーク|論文|コーパス|評価用"
)
_TALK = (
    r"\W*(?:in \d{4},? |today,? |nowadays,? |traditionally,? |historically,? )?(?:many|some|most"
    r"|several|existing|previous|prior"
    r"|other|others|ai|artificial intelligence|algorithms?|algorithmic|automated systems|machine "
    r"learning|llms?|language models"
    r"|systems|tools|studies|research|researchers|there (?:is|are|has|have)|it is (?:well )?known"
    r"|it has been|how|why|what|who"
    r"|does|do|can|is|are|should)\b"
)
_PEOPLE = (
    r"\W*(?:employers|recruiters|banks|lenders|insurers|companies|governments|authorities|police|schools|universities|teachers"
    r"|courts|judges|people|users|developers|deployers|campaigns|hospitals|doctors|agencies)\b"
)
_TALK_OPENS = LatePattern(_TALK)
_GENERAL = LatePattern(f"(?:{_TALK}|{_PEOPLE})")
_LIMITED = LatePattern(
    r"\b(?:for (?:academic |scientific )?research (?:use|purposes?)? ?only|solely for research"
    r"|research[- ]only|only for research"
    r"|research purposes only|for (?:demonstration|educational|illustrative|testing) purposes"
    r"|proof[- ]of[- ]concept"
    r"|not (?:intended |meant |ready )?for production)\b|仅(?:供|用于)(?:学术)?研究"
    r"|研究目的(?:のみ|に限)"
)
_STARTS = LatePattern(
    r"\W*(?:use|uses|used|helps?|helping|supports?|supporting|assists?|assisting|lets|allows?|enables?|automates?|automating"
    r"|automatic(?:ally)?|automated|designed|intended|built|made|meant|trained|fine-?tuned|developed|created|optimi[sz]ed|for|ideal|suitable"
    r"|suited|useful|given|purpose|(?:primary |main |intended |direct )?(?:uses?|use cases?"
    r"|tasks?|applications?|purposes?|goals?|aims?|functions?)"
    r"\s?[:：–—-]|predicts?|predicting|estimates?|estimating|detects?|detecting|recogni[sz]\w+|identif\w+|assess\w*|evaluat\w+"
    r"|scor(?:es|ing)|rank(?:s|ing)|screen(?:s|ing)|filter(?:s|ing)|match(?:es|ing)|grad(?:es|ing)|mark(?:s|ing)|monitor(?:s|ing)"
    r"|track(?:s|ing)|watch(?:es|ing)|triag(?:es|ing)|prioriti[sz]\w+|dispatch\w*|classif\w+|infer(?:s|ring)|decid(?:es|ing)"
    r"|recommend(?:s|ing)|determin(?:es|ing)|select(?:s|ing)|read(?:s|ing)|weigh(?:s|ing)|review(?:s|ing)|examin(?:es|ing)"
    r"|process(?:es|ing)|flag(?:s|ging)|spot(?:s|ting)|calculat\w+|pric(?:es|ing)|underwrit\w+|set(?:s|ting)|influenc\w+|persuad\w+"
    r"|target(?:s|ing)|generat\w+|writ(?:es|ing)|tailor\w*|profil(?:es|ing)|build(?:s|ing)|creat(?:es|ing)|assign\w*|allocat\w+|plac(?:es|ing)"
    r"|adapt(?:s|ing)|find(?:s|ing)|pick(?:s|ing)|choos(?:es|ing)|compar(?:es|ing)|check(?:s|ing)|analy[sz]\w+|protect\w*|prevent\w*"
    r"|keep(?:s|ing)|shut(?:s|ting)|control(?:s|ling)|locat(?:es|ing)|proctor\w*|research\w*|interpret\w*|tell(?:s|ing)|measur\w+"
    r"|verif\w+|judg(?:es|ing)|sort(?:s|ing)|vet(?:s|ting)|diagnos\w+|propos\w+|suggest\w*|forecast\w*|rat(?:es|ing)|approv\w+)\b"
)
_EASTERN_PURPOSE = LatePattern(
    r"用于|用來|用来|适用于|旨在|面向|专为|本模型|该模型|此模型|模型可|可以|帮助|辅助|支持|协助|目标是|任务|用途|能够|进行"
    r"|ため|ための|向け|モデル|します|行う|支援|目的|用途|できます|用い|用の"
)
_IS_FOR = LatePattern(
    r"\b(?:is|are|was|were|be)\b(?! (?:the|its|our|a|an|one of (?:the|its|our))? ?(?:main "
    r"|intended |primary |typical |core |key )?(?:use|uses|purpose|task"
    r"|goal|job|application)s?\b)|\b(?:has|have|had|remains?|requires?|needs?|deserves?|poses?|causes?|involves?|raises?|relies|became|becomes)\b"
)
_BY_OTHERS = LatePattern(
    r"\b(?:are|is|be|were|was|been)\b[^.;]{0,40}\bby (?:[\w-]+ ){0,2}?(?:recruiters?|reviewers?"
    r"|annotators?|teachers?|humans?"
    r"|people|officers?|experts?|raters?|doctors?|staff|employers?|banks?|lenders?|companies|police|judges|universities|schools"
    r"|others|hand)\b"
)
_TALKS = LatePattern(
    r"\b(?:uses?|used|using|employ|employs|adopt\w*|appl(?:y|ies|ied)|rel(?:y|ies) on|explains?"
    r"|describes?|discuss\w*|teach\w*|learn about"
    r"|stud(?:y|ies|ied)|answers? questions?|questions?|understand\w*|how|why)\b"
)
_HEAD = LatePattern(
    r"\W*(?:(?:this|the) (?:repo(?:sitory)?|card|checkpoint) (?:hosts|contains|holds|provides|is) "
    r")?(?:an? |the )?(?:(?!use[sd]?\b)[\w.+-]+ ){0,5}?"
    r"(?:model|classifier|tool|network|adapter|lora|detector|regressor|assistant|agent|checkpoint"
    r"|system) "
    r"(?:that|which|to|for|trained|fine-?tuned|designed|built)\b"
)
_EXPLAINS = LatePattern(
    r"\b(?:explain\w*|describ\w*|discuss\w*|teach\w*|answers? questions?|summari[sz]\w*|talks? "
    r"about|write (?:about|on))\b"
)
_QUOTES = re.compile(r"[\"“「『][^\"”」』]{0,300}[\"”」』]")
_USE_LEAD = LatePattern(
    r"\b(?:intended (?:uses?|for|to|purposes?|users?)|(?:can|is|to) be used (?:for|to|in)|is used "
    r"(?:for|to)|use cases?|designed (?:for|to)|meant (?:for|to)"
    r"|suitable for|applications?|ideal for|built (?:for|to)|trained (?:for|to)|uses?|tasks?"
    r"|purposes?|capabilities|features|helps?|supports?|it can)\b"
    r"|用于|适用于|用途|应用场景|任务|功能|利用目的|できること"
)
_ELSEWHERE = LatePattern(
    r"evaluat|benchmark|results?\b|performance|training data|data ?sets?\b|\bdata\b|licen[cs]e"
    r"|citation|related|ethic|bias|\brisks?\b|safety"
    r"|responsib|considerations|acceptable use|policy|terms\b|changelog|\bnews\b|\bfaq\b"
    r"|acknowledg|reference|background|motivation|disclaim"
    r"|prompts?\b|examples?\b|how to|contribut|warning|caveat|privacy"
    r"|评测|数据|许可|伦理|风险|免责|局限|背景|評価|ライセンス|データ|制限|背景|免責|注意|警告"
)
_MADE_FROM = LatePattern(
    r"\b(?:fine-?tun\w*|based on|version of|adapter|lora|trained|distilled|-style)\b"
)
_OPENING = 40
_LONGEST_LABEL = 160
_MOST_WORDS_BEFORE = 60
_MOST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Stated:
    """One sentence that may say what the model is for.

    sentence: the sentence
    of_use:   it stands in a list or under a heading of uses
    """

    sentence: Sentence
    of_use: bool


def purposes(card: Card) -> Iterator[Stated]:
    """Yield the sentences of a card that may say what the model is for, misuses left out."""
    for section in card.sections:
        if is_about(section, "misuse"):
            continue
        of_use = is_about(section, "use")
        if of_use or not any(_ELSEWHERE.search(title) for title in _headings(section)):
            yield from _in_section(section, of_use)


def _headings(section: Section) -> tuple[str, ...]:
    """Return the headings above a section and its own, the card's title apart."""
    return section.path[1:] if section.level > 1 else section.path


def _in_section(section: Section, of_use: bool) -> Iterator[Stated]:
    """Yield sentences; a label or a lead above a list says whether what follows are uses."""
    allowed, led_to_use, listed = True, of_use, False
    before: Passage | None = None
    for _, each in groupby(section.sentences(), key=lambda sentence: id(sentence.passage)):
        sentences = list(each)
        passage = sentences[0].passage
        if _leads(passage):
            allowed = not denies(passage.text)
            led_to_use = of_use or bool(_USE_LEAD.search(passage.text))
            listed = not passage.item and passage.text.endswith((":", "："))
            if len(passage.text) <= _LONGEST_LABEL:
                before = passage
                continue
        elif passage.item and before is not None and not before.item:
            allowed = allowed and not denies(_last_sentence(before))
            listed = True
        elif not passage.item and listed:
            # The list that a lead announced is over.
            allowed, led_to_use, listed = True, of_use, False
        if allowed:
            yield from _in_passage(sentences, led_to_use)
        before = passage


def _last_sentence(passage: Passage) -> str:
    return [each.text for each in passage.sentences()][-1]


def _leads(passage: Passage) -> bool:
    return passage.label and (
        len(passage.text) <= _LONGEST_LABEL or passage.text.endswith((":", "："))
    )


def _in_passage(sentences: list[Sentence], of_use: bool) -> Iterator[Stated]:
    denied = False
    for sentence in sentences:
        # After "it must not be used for the following." a fragment is what must not be.
        if not denied or _stands_alone(sentence.text):
            yield Stated(sentence, of_use)
        denied = denies(sentence.text)


def _stands_alone(text: str) -> bool:
    return bool(re.match(r"\W*(?:this|the|our|it|we)\b|本|该|この", text, re.IGNORECASE))


def denies_between(text: str, start: int, end: int) -> bool:
    """Return whether a text denies what stands from ``start`` to ``end``, or forbids it."""
    return bool(_NEGATED.search(text) or _FORBIDDEN.search(f"{text[:start]} … {text[end:]}"))


def denies(text: str) -> bool:
    """Return whether a text denies or forbids anything."""
    return bool(_NEGATED.search(text) or _FORBIDDEN.search(text))


def is_limited(card: Card) -> bool:
    """Return whether a card says that the model is for research or show alone."""
    return any(_LIMITED.search(sentence.text) for _, sentence in card.sentences())


def says_purpose(stated: Stated, start: int, end: int, subject: Subject) -> bool:
    """Return whether a sentence says that the model is for what stands from ``start`` to ``end``.

    Denials count wherever they stand; doubts, data and other people's tools around it.
    """
    text = stated.sentence.text[:_MOST_TEXT]
    around = f"{text[:start]} … {text[end:]}"
    if _NEGATED.search(text) or any(
        each.search(around) for each in (_FORBIDDEN, _SUPPOSED, _OF_DATA)
    ):
        return False
    if any(quote.start() < end and start < quote.end() for quote in _QUOTES.finditer(text)):
        return False
    if _BY_OTHERS.search(text[start:]) or _is_of_another(text, start, subject):
        return False
    if stated.of_use:
        return not _TALK_OPENS.match(text) and not _EXPLAINS.search(text[:start])
    return _framed(text, start, end, subject)


def _is_of_another(text: str, start: int, subject: Subject) -> bool:
    """Return whether a sentence opens with another model's name, its base's apart."""
    opening = text[: min(start, _OPENING)]
    return subject.names_another(opening) and not _MADE_FROM.search(text[:start])


def _framed(text: str, start: int, end: int, subject: Subject) -> bool:
    if is_eastern(text[start:end]):
        return bool(_EASTERN_PURPOSE.search(text)) or len(text) <= end - start + 4
    if subject.speaks_of_itself(text):
        return not _EXPLAINS.search(text[:start])
    if _GENERAL.match(text):
        return False
    if _STARTS.match(text):
        return True
    if _HEAD.match(text):
        return not (_EXPLAINS.search(text[:start]) or _IS_FOR.search(text[end:]))
    before = text[:start]
    if len(before) > _MOST_WORDS_BEFORE or "," in before or _TALKS.search(before):
        return False
    # "Applicant scoring for teams" is a purpose, "applicant scoring is hard" is talk.
    passive = re.search(r"\b(?:are|is|be|being|gets?)\b", text[start:end])
    return bool(passive) or not _IS_FOR.search(text)
