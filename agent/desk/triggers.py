"""Words that decide a turn before any model is asked: attacks, other people's data, danger, a wish for a person.

Patterns of both languages are tried on every message, for an attacker chooses the language. They are rules of the house,
written to be read; what they miss still meets grounding (agent/desk/grounding.py), which shows nothing that no passage says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.desk.words import plain_text

_SOURCES: Mapping[str, tuple[str, ...]] = {
    "injection": (
        r"(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|rules?|guidelines?|prompts?|polic(y|ies)|safety|filters?)",
        r"(system|initial|hidden|secret|original|internal|developer)['’]?s? (prompts?|messages?|instructions?|mode|settings)",
        r"(your|the|all) (prompt|instructions|guidelines) (verbatim|word for word|above|exactly)|your (very )?(first|initial)? ?prompt",
        r"(repeat|print|output|reveal|show|list)\b.{0,40}\b(words above|previous messages|everything above|your (instructions|rules|prompt))",
        r"you are (now|no longer)\b|\b(pretend|behave|answer|respond|(?<!do you )act) (as if|as an?|like an?|to be|that you|you)\b|\bjailbreak|\bDAN\b",
        r"</?(system|user|assistant|script|instructions?)\b|<\|?(im_start|im_end|endoftext)|\[/?inst\]|<!--|javascript:|onerror=",
        r"\b(base64|rot13)\b|drop table|api[ _-]?key|context window|without (any )?(approval|restrictions)",
        r"(忽略|无视|忘记|绕过).{0,12}(指令|规则|提示|设定|限制|要求)|(系统|初始|内部|隐藏|开发者).{0,4}(提示|指令|消息|模式|设定|规则)|提示词",
        r"(系統|內部|初始).{0,4}(提示|指令)|忽略.{0,8}(指示|指令)|操作指南|你现在是|(假装|扮演)(你|一个|成)|越狱",
    ),
    "others": (
        r"\b(another|other|different) (customer|user|person|shopper|buyer|people)('?s)?\b.{0,40}"
        r"\b(orders?|account|e-?mail|phone|address(es)?|data|details|information|purchases?|profiles?)",
        r"\b(orders?|account|e-?mails?|phone|address(es)?|data|details|information|purchases?|history) (of|for|from|about) "
        r"(another|other|a different|someone|somebody|all|my (friend|wife|husband|neighbou?r|boss|ex|sister|brother))",
        r"\b(someone else|somebody else|other people|my (friend|wife|husband|neighbou?r|boss|ex|girlfriend|boyfriend|sister|brother))'?s "
        r"(last |latest |recent )?(orders?|account|e-?mail|phone|data|details|purchases?|order history|parcel|package)",
        r"\b(list|show|give|dump|export)\b.{0,20}\b(all|every|your)\b.{0,12}\b(customers?|users?|accounts|e-?mails)\b|customer (database|list)",
        r"\b(what|which|when|where) (did |has |have )?my (friend|wife|husband|neighbou?r|boss|ex|sister|brother|mother|father|son|daughter)"
        r"(s)? (has |have )?(order|buy|bought|purchase)",
        r"\bwho (else )?(bought|ordered|purchased)\b|\borders? (of|by|from|placed by) [\w.+-]+@[\w-]+",
        r"(别人|他人|其他(客户|顾客|用户|人)|另一个?(客户|顾客|用户|人)|我?(朋友|邻居|老板|同事|老公|老婆|前任))的.{0,6}"
        r"(订单|账户|账号|信息|资料|地址|电话|邮箱|购买)",
        r"(所有|全部)(客户|顾客|用户)|(客户|顾客|用户)(名单|数据库|列表)|谁(买了|订了)",
    ),
    "danger": (
        r"\b(lawyer|attorney|sue|suing|lawsuit|legal action|small claims|trading standards|police|chargeback)\b|\bin court\b",
        r"\b(injur(y|ies|ed)|bleeding|hospital|burn(ed|t) (me|my|his|her)|hurt (me|my|myself)|electric shock|concussion)\b",
        r"\b(caught|catch(es)?|on) fire\b|\bexplo(de|ded|ding|sion)\b|\ballergic reaction|\bpoison(ed|ing)?\b|\brash\b.{0,30}\bskin\b",
        r"律师|起诉|法院|法律途径|消协|12315|报警|受伤|烧伤|烫伤|起火|着火|爆炸|触电|过敏|中毒|医院|流血",
    ),
    "person": (
        r"\b(speak|talk|chat|connect|transfer|put|pass|escalate|hand)\b.{0,25}\b(human|person|agent|representative|someone|manager|"
        r"supervisor|operator|colleague|real|staff)\b",
        r"\b(real|live|actual) (human|person|agent)\b|\b(human|a person|manager|supervisor|representative) (please|now)\b|"
        r"\bi (want|need) (a |an )?(human|person|manager|supervisor|agent)\b|^(human|agent|representative|operator)\W*$",
        r"人工|真人|转接|找(你们)?(经理|客服|负责人)|接线员",
    ),
    "angry": (
        r"\b(ridiculous|unacceptable|outrageous|useless|terrible|awful|worst|furious|angry|fed up|sick of|disgusting|scam|idiots?)\b|!{2,}",
        r"垃圾|骗子|气死|太差|差劲|傻瓜|傻子|没用|无语|忍无可忍|坑人|恶心|！{2,}",
    ),
    "task": (
        r"^(please |can you |could you )*(write|compose|create|generate|draft|translate|code|program|solve|calculate|sing|draw)\b"
        r"(?!.*\b(order|return|refund|review|account|label)\b)",
        r"\b(recipe|poem|essay|joke|horoscope|weather (today|tomorrow|in|like|forecast)|weather forecast|lottery|stock market|president|prime minister|capital of|football|movie)\b",
        r"^(请)?(帮我)?(写|作|创作|翻译|画|编)(一|首|个|篇|段)|今天天气|天气(怎么样|预报|如何)|笑话|总统|首都|股票|彩票|菜谱|食谱|星座|作业",
    ),
    "greeting": (
        r"^(hi|hello|hey|good (morning|afternoon|evening)|greetings)( there| again| all)?\W*$",
        r"^(你好|您好|嗨|哈喽|早上好|晚上好|在吗|在么)[呀啊吗\W]*$",
    ),
    "thanks": (
        r"^(ok(ay)?[, ]*|great[, ]*|perfect[, ]*)?(many |no[, ]*)?(thanks?( you| a lot| so much| very much)*|cheers|bye|goodbye)\b.{0,25}$",
        r"^(好的?[，, ]*)?(谢谢|多谢|感谢|再见|拜拜).{0,6}$",
    ),
    "about_desk": (
        r"\b(are you|am i (talking|speaking) (to|with)) (an? )?(ai|bot|robot|human|machine|real|computer|person)\b|\bwho are you\b",
        r"\bwhat (can|do) you do\b|\bwhat is your (function|purpose|name)\b|\b(explain|tell me) what you do\b|\bhow can you help\b",
        r"你是(谁|什么|机器人|真人|人工智能|AI|ai)|你(能|可以|会)(做|干|帮)(什么|啥)",
    ),
    "planted": (
        r"(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|rules?|guidelines?|prompts?)|(system|hidden|developer) (prompt|message|instruction)",
        r"when (summari[sz]ing|answering|replying|reading|processing|you (read|see|answer|reply|summari[sz]e))\b.{0,60}"
        r"\b(say|end|begin|include|add|reply|respond|visit|write|output|insert|mention)",
        r"\b(ai|assistant|chatbot|language model|llm)s?\b.{0,40}\b(must|should|shall|has to|have to|needs? to|will)\b|\bas an ai\b",
        r"\b(reply|respond|answer|output|print|repeat|say)( only| exactly| just| back)*( with| the)*( words?| phrase| text| string| following)* ?[:\"'“]",
        r"\b(reply|respond|answer) ((only|exactly|just) with|with the (word|phrase|text|string))\b",
        r"\b(you must|you will) (now )?(say|reply|respond|output|print|answer|reveal|obey)\b|\bcanary\b",
        r"</?(system|user|assistant|script|iframe|img)\b|<\|?(im_start|im_end)|\[/?inst\]|<!--|javascript:|data:text|onerror=|\.?alert\(",
        r"(忽略|无视|忘记).{0,12}(指令|规则|提示|设定)|(系统|隐藏).{0,4}(提示|指令)|(助手|人工智能|机器人|模型).{0,8}(必须|应当|需要|请)|"
        r"(只|必须)?(回复|回答|输出|说出?)[：:“\"「]",
    ),
}
_PATTERNS = {name: re.compile("|".join(sources), re.IGNORECASE | re.DOTALL) for name, sources in _SOURCES.items()}


def triggered(name: str, text: str) -> bool:
    """Whether `text` matches the trigger `name`: injection, others, danger, person, angry, task, greeting, thanks,
    about_desk (of customers' messages); planted (of passages: text that gives an assistant orders).
    """
    return bool(_PATTERNS[name].search(plain_text(text).strip()))
