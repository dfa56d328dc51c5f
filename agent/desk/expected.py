"""What kind of answer a question asks for, and whether a text has one.

"How long ..." wants a duration, "how much is ..." an amount of money; a passage without one does not answer, however
well its words fit. After the answer types of question answering (Li and Roth, "Learning Question Classifiers",
COLING 2002), kept to those that a pattern can verify. It knows nothing of passages or of the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.desk.words import plain_text

_ONE_TO_TWELVE = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_AMOUNT = rf"(?:\d+(?:[.,]\d+)*|{_ONE_TO_TWELVE}|an?|a few|several|half)"
_STEPS = r"(?m)^\s*1[.)、]\s|^(open|choose|write|send|enter|please|use|pitch|wash|look|bring|go to|打开|请|用|先|把)\b"
_HAN_AMOUNT = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两半几百]+)"


@dataclass(frozen=True, slots=True)
class Expected:
    """A kind of answer: how it is asked for, and what it looks like."""

    kind: str
    asked: re.Pattern[str]
    given: re.Pattern[str]
    needed: bool = True
    """whether a text without it is no answer; else it is only the better one"""

    def given_in(self, text: str) -> bool:
        return bool(self.given.search(plain_text(text)))


def _kind(kind: str, asked: str, given: str, needed: bool = True) -> Expected:
    return Expected(kind, re.compile(asked), re.compile(given), needed)


_TYPES = {
    "en": (
        _kind(
            "hours",
            r"(opening|business|office|support|working) hours|what time|(when|what hours) (are"
            r"|do) you(r \w+)? (open|close)",
            r"\d{1,2}(:\d\d)? ?(am|pm|a\.m|p\.m)|\b\d{1,2}:\d\d|24/7|24 hours|around the clock",
        ),
        _kind(
            "duration",
            r"how (long|fast|quick(ly)?|soon|many (\w+ )?(minutes|hours|days|weeks|months|years))|time limit|deadline"
            r"|when (will|do|does|would|should) (i|my|it|the|they|we|you) .*(get|receive|arrive|ship|refund|come"
            r"|expect|back)",
            rf"\b{_AMOUNT}\b( ?(to|-|–|or) ?{_AMOUNT})?[ -](business |working |calendar |full )?"
            r"(workday|second|minute|hour|day|week|month|year)s?\b"
            r"|immediately|instant|same[ -]day|next[ -](business |working )?day|today|tomorrow|overnight|lifetime"
            r"|no (time )?limit",
        ),
        _kind(
            "money",
            r"how much (is|are|does|do|will|would|for|to|it)\b(?!.*\b(weigh|get|receive|stock|space|room|time|water"
            r"|hold)\b)"
            r"|(what( is|'s| are| does| do)|whats) (.* )?(price|cost|fee|charge)|how expensive|what .* (cost|charge)\b",
            r"[$€£¥]\s?\d|\d ?(usd|eur|gbp|cny|rmb|dollars?|euros?|pounds?|yuan|cents?)\b|^free\b|\b(is|are|and|be"
            r"|always) free\b|\bfree (of|for)\b|costs? nothing|\d ?%"
            r"|\b(no|without) (any |an? )?(extra |additional )?(charge|cost|fee)|price difference|we (pay|cover)",
        ),
        _kind(
            "contact",
            r"(what( is|'s)|give me|have|tell me) (an? |the |your |.*support )?(phone|telephone|hotline"
            r"|e-?mail address|fax|whatsapp)",
            r"[\w.+-]+@[\w-]+\.\w|\+?\d[\d ()-]{6,}\d",
        ),
        _kind(
            "count",
            r"how many (?!(\w+ )?(minutes|hours|days|weeks|months|years))",
            rf"\b(\d+|{_ONE_TO_TWELVE}|once|twice|single|only|no limit|dozens?)\b",
        ),
        _kind("steps", r"\bhow (do|can|should|would|to)\b|\bwhat (should|do|must|can) i do\b", _STEPS, needed=False),
    ),
    "zh": (
        _kind("hours", r"几点|营业时间|工作时间|上班时间", r"\d{1,2}[:点时]|24 ?小时|全天"),
        _kind(
            "duration",
            r"多久|多长时间|几天|多少天|几个(工作日|月|星期|小时)|几年|几周|多少个?(工作日|小时|月)|什么时候(能"
            r"|可以|会)?(到|发|收|退)|期限",
            rf"{_HAN_AMOUNT} ?([-–~至到] ?{_HAN_AMOUNT})? ?个?(工作日|自然日|天|日|小时|分钟|周|星期|月|年)|立即"
            rf"|即时|当天|当日|次日|终身|马上",
        ),
        _kind(
            "money",
            r"多少钱|(运费|邮费|费用|价格|价钱|手续费)(是|要|需要)?(多少|怎么算|怎么收)|怎么收费|贵吗|几块|几元"
            r"|要收费吗|要钱吗",
            r"[¥￥$]\s?\d|\d ?(元|块|美元)|免费|免运费|包邮|免邮|不收|\d ?%|承担",
        ),
        _kind(
            "contact", r"(电话|邮箱|微信|热线)(号码|地址)?是?(多少|什么|号)", r"[\w.+-]+@[\w-]+\.\w|\+?\d[\d -]{6,}\d"
        ),
        _kind(
            "count",
            r"(几|多少)(种|个|次|款|件|类)(?!工作日|月|星期|小时)",
            rf"{_HAN_AMOUNT} ?(种|个|次|款|件|类|张)|一次|仅",
        ),
        _kind("steps", r"怎么(?!样)|如何|怎样", _STEPS, needed=False),
    ),
}


def expected_answer(question: str, language: str) -> Expected | None:
    """The kind of answer `question` wants, or None where no pattern could tell a right one."""
    asked = plain_text(question)
    return next((kind for kind in _TYPES.get(language, _TYPES["en"]) if kind.asked.search(asked)), None)
