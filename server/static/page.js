// The page at /: two tabs over the same HTTP API that everyone else uses. Texts are set as text, never as HTML.

const find = (id) => document.getElementById(id);
let conversation = null;
// For this tab alone, and gone with it.
const keyShown = () => sessionStorage.getItem("key");

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

for (const tab of document.querySelectorAll('[role="tab"]')) {
  tab.addEventListener("click", () => {
    for (const other of document.querySelectorAll('[role="tab"]')) {
      other.setAttribute("aria-selected", String(other === tab));
      find(other.getAttribute("aria-controls")).hidden = other !== tab;
    }
  });
}

/* Server-sent events of a response: EventSource can only GET, and shows no key. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split(/\r?\n\r?\n/);
    waiting = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split(/\r?\n/).map((line) => [line.split(":", 1)[0], line.replace(/^\w*: ?/, "")]));
      if (fields.event) yield { id: fields.id, name: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/* Every call: with the key where one was given, and where none or a wrong one was, a place to give it. */
async function call(path, options = {}) {
  const key = keyShown();
  const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
  const response = await fetch(path, { ...options, headers });
  if (response.status === 401) find("unlock").hidden = false;
  const wait = response.status === 429 && Number(response.headers.get("Retry-After"));
  if (wait && wait <= 60) throw new Error(`We are busy just now. Please try again in ${wait} seconds. 现在较忙，请在 ${wait} 秒后再试。`);
  if (!response.ok) throw new Error((await response.json()).error.message);
  return response;
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

find("unlock").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  sessionStorage.setItem("key", submitted.target.key.value.trim());
  submitted.target.reset();
  submitted.target.hidden = true;
  showShop();
});

/* The events of one turn. Where the connection is cut it is taken up once more, behind the last event that came. */
async function* askDesk(body) {
  const pause = 1000;
  let last = null;
  let response = await post("/v1/chat", body);
  for (const mayResume of [true, false]) {
    try {
      for await (const event of events(response)) {
        last = event.id;
        yield event;
        if (event.name === "done" || event.name === "error") return;
      }
    } catch (cut) {
      if (!mayResume || !last) throw cut;
    }
    if (!mayResume || !last) break;
    await new Promise((resume) => setTimeout(resume, pause));
    response = await call(`/v1/chat/turns/${last.split(":")[0]}`, { headers: { "Last-Event-ID": last } });
  }
  throw new Error("The connection was lost. Please ask again. 连接中断，请再问一次。");
}

const STAGES = { waiting: "Waiting …", understanding: "Reading …", searching: "Looking it up …", writing: "Writing …" };

function showSources(turn, answer) {
  if (answer.citations.length) {
    const details = element("details");
    details.append(element("summary", `Sources (${answer.citations.length})`));
    for (const citation of answer.citations) {
      details.append(element("blockquote", `${citation.quote} — ${citation.source}`));
    }
    turn.append(details);
  }
  turn.dataset.action = answer.action;
  turn.append(element("p", answer.action === "handoff" ? "A person will take over." : "", "meta"));
}

find("ask").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const form = submitted.target;
  const message = form.message.value.trim();
  if (!message) return;
  find("turns").append(element("li", message, "mine"));
  const turn = find("turns").appendChild(element("li", "", "theirs"));
  const waiting = turn.appendChild(element("p", "…", "meta"));
  form.message.value = "";
  form.querySelector("button").disabled = true;
  try {
    for await (const event of askDesk({ message, conversation, customer: form.customer.value.trim() || null })) {
      if (event.name === "status") waiting.textContent = STAGES[event.data.stage];
      else waiting.remove();
      if (event.name === "sentence") turn.append(element("p", event.data.text));
      if (event.name === "error") throw new Error(event.data.message);
      if (event.name === "done") {
        conversation = event.data.conversation_id;
        showSources(turn, event.data);
      }
    }
  } catch (problem) {
    waiting.remove();
    turn.append(element("p", problem.message, "error"));
  }
  form.querySelector("button").disabled = false;
  form.message.focus();
});

function showVariant(variant) {
  const item = element("li");
  item.append(element("p", `${variant.rank}. score ${variant.score.toFixed(2)} (${variant.score_reasons.join(", ")})`, "meta"));
  for (const [name, value] of Object.entries(variant.parts)) {
    for (const text of [value].flat()) {
      const line = element("p");
      line.append(element("span", `${name} `, "meta"), text);
      item.append(line);
    }
  }
  item.append(element("p", `facts: ${variant.facts.map((fact) => `${fact.key} = ${fact.value}`).join(", ") || "none stated"}`, "meta"));
  return item;
}

find("order").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const form = submitted.target;
  const values = Object.fromEntries(new FormData(form));
  const state = find("state");
  state.className = "";
  state.textContent = "Writing …";
  find("variants").replaceChildren();
  form.querySelector("button").disabled = true;
  try {
    const response = await post("/v1/copy", {
      product: values.product.trim(),
      channel: values.channel,
      segment: values.segment || null,
      lang: values.lang,
      tone: values.tone,
      n: Number(values.n),
      seed: Number(values.seed),
      brief: values.offer ? { offer: values.offer } : {},
    });
    const result = await response.json();
    find("variants").append(...result.variants.map(showVariant));
    const reasons = [...new Set(result.dropped.map((dropped) => dropped.reason))].slice(0, 3).join("; ");
    state.textContent = `${result.variants.length} of ${values.n} variants in ${result.seconds.toFixed(1)} s by ${result.model}`
      + (result.variants.length < values.n ? `; others dropped for: ${reasons}` : "");
  } catch (problem) {
    state.className = "error";
    state.textContent = problem.message;
  }
  form.querySelector("button").disabled = false;
});

async function showShop() {
  let shop;
  try {
    shop = await (await call("/v1/shop")).json();
  } catch {
    return; // a visitor chats without it
  }
  if (shop.brand) find("shop").textContent = shop.brand.name;
  const { products } = await (await call("/v1/shop/products?limit=500")).json();
  find("products").append(...products.map((product) => {
    const option = element("option", Object.values(product.name)[0]);
    option.value = product.id;
    return option;
  }));
  find("order").product.value = shop.sample_products[0] ?? "";
}

showShop();
