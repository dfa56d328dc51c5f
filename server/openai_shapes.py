"""Chat completions as they cross the wire. Shapes follow OpenAI's API reference, "Chat Completions".

Fields are named that we serve, and of those that we do not serve the ones whose default can be kept. All others are
refused: an answer that silently ignores what was asked is worse than none.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema

from server.serving_fields import ServingFields
from server.whole_numbers import AS_IN_JSON, Count, Whole

STRICT = ConfigDict(extra="forbid", strict=True)
EXAMPLE: dict[str, JsonValue] = {
    "model": "smollm2-135m",
    "messages": [{"role": "user", "content": "Name one colour."}],
    "max_tokens": 8,
    "temperature": 0,
}
Stop = Annotated[str, Field(min_length=1)]
One = Annotated[int, Field(strict=True, ge=1, le=1), AS_IN_JSON]
Zero = Annotated[float, Field(ge=0, le=0)]


def _refuse_yes(said: bool) -> bool:
    if said:
        raise ValueError("false is all that is served")
    return said


No = Annotated[bool, AfterValidator(_refuse_yes), WithJsonSchema({"const": False})]
"""`Literal[False]` would take 0 as well"""


class TextPart(BaseModel):
    model_config = STRICT

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """One turn. What earlier answers carry besides (`refusal`, `annotations`) is passed over."""

    model_config = ConfigDict(extra="ignore", strict=True)

    role: Literal["system", "developer", "user", "assistant"]
    content: str | Annotated[list[TextPart], Field(min_length=1)]


class StreamOptions(BaseModel):
    model_config = STRICT

    include_usage: bool = False


class AnyFormat(BaseModel):
    """`text`: as it comes; `json_object`: any JSON object."""

    model_config = STRICT

    type: Literal["text", "json_object"]


class NamedSchema(BaseModel):
    """`json_schema`, held to while writing, whether `strict` is said or not."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    name: str = Field(min_length=1, max_length=64)
    content: dict[str, Any] = Field(alias="schema")
    description: str | None = None
    strict: bool | None = None


class SchemaFormat(BaseModel):
    model_config = STRICT

    type: Literal["json_schema"]
    json_schema: NamedSchema


class CompletionOrder(ServingFields):
    """A conversation to continue. A parameter that is not here is refused by name."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": EXAMPLE})

    model: str = Field(description="a model, or `model:adapter`, see GET /v1/models")
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = Field(None, description="a whole answer tells its usage anyway")
    max_tokens: Count | None = Field(None, description="of the answer; default 256, less where the context ends")
    max_completion_tokens: Count | None = Field(None, description="the same by its newer name; it wins")
    temperature: float | None = Field(None, ge=0, le=2, description="default 1")
    top_p: float | None = Field(None, gt=0, le=1, description="default 1")
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = None
    seed: Whole | None = None
    response_format: Annotated[AnyFormat | SchemaFormat, Field(discriminator="type")] | None = None
    user: str | None = Field(None, description="kept nowhere")
    n: One | None = None
    frequency_penalty: Zero | None = None
    presence_penalty: Zero | None = None
    logprobs: No | None = None
    store: No | None = None


class Answer(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    index: int = 0
    message: Answer
    logprobs: None = None
    finish_reason: Literal["stop", "length"]


class Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class Model(BaseModel):
    """A model, or a model through one of its adapters: `smollm2-135m:house-en`."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "hawker"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]
