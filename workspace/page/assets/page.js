// The page of the workspace. The server draws; this script fetches the page again when something changed,
// exchanges what is different, and sends what the person does.

const body = document.body;
const $ = (id) => document.getElementById(id);
let running = null, again = false;

// ---- Fetching and exchanging -------------------------------------------------------------------------

/** Show this address as it is now. Several wishes at once are one. */
function renew() {
  again = true;
  return running ??= fetchAll().finally(() => { running = null; });
}

async function fetchAll() {
  while (again) {
    again = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the workspace is gone for a moment; the next change brings us back */ }
  }
}

function exchange(fresh) {
  const list = $("messages"), thread = $("thread-posts");
  const following = [list, thread].filter((each) => each && atEnd(each)).map((each) => each.id);
  const known = new Set([...document.querySelectorAll("article")].map((each) => each.id));
  const focused = document.activeElement, card = focused?.closest?.("article, dialog, section")?.id;
  const sameRoom = body.dataset.at === fresh.body.dataset.at && body.dataset.as === fresh.body.dataset.as
    && body.dataset.tab === fresh.body.dataset.tab;
  document.title = fresh.title;
  attributes(body, fresh.body);
  if (!sameRoom) fresh.querySelectorAll("article").forEach((each) => known.add(each.id));
  morph(body, fresh.body);
  dialogs();
  resume();
  keepFocus(focused, card);
  for (const id of sameRoom ? following : ["messages"]) if ($(id)) $(id).scrollTop = $(id).scrollHeight;
  if (sameRoom) announce(known);
}

/** What had the focus keeps it; else its card, else the card that the dialog was opened from. */
function keepFocus(focused, card) {
  const open = document.querySelector("dialog[open]");
  if (document.activeElement !== body && document.activeElement) return;
  if (open) return begin(open);
  const next = focused?.isConnected ? focused : [$(card), $(opener), $("main")].find(Boolean);
  next.focus({ preventScroll: true });
}

function announce(known) {
  const fresh = [...document.querySelectorAll("#main article, #thread article")].filter((each) => !known.has(each.id));
  const said = fresh.map((each) => `${each.dataset.author}: ${each.dataset.text}`);
  if (said.length) $("news").textContent = said.slice(-3).join(". ");
}

const atEnd = (each) => each.scrollHeight - each.scrollTop - each.clientHeight < 80;

function morph(old, fresh) {
  if (old.matches?.("#once, #find-form, .composer, .trouble, datalist")) return; // these are ours
  const version = old.dataset?.version;
  if (version !== undefined && version === fresh.dataset.version) return;
  attributes(old, fresh);
  const wanted = new Set([...fresh.children].map((each) => each.id).filter(Boolean));
  for (const child of [...old.children]) if (child.id && !wanted.has(child.id)) drop(child);
  const keyed = new Map([...old.children].filter((each) => each.id).map((each) => [each.id, each]));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const match = child.id ? keyed.get(child.id) : at;
    if (!match || !alike(match, child)) { old.insertBefore(document.importNode(child, true), at); continue; }
    if (match === at) at = at.nextSibling; else old.insertBefore(match, at);
    if (match.nodeType === 1) morph(match, child);
    else if (match.data !== child.data) match.data = child.data;
  }
  while (at) { const next = at.nextSibling; drop(at); at = next; }
}

const alike = (a, b) => a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

function attributes(old, fresh) {
  const kept = (name) => /^(aria-expanded|aria-busy|data-nav|data-heard|data-waiting|open)$/.test(name);
  for (const { name } of [...old.attributes]) if (!kept(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (!kept(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
}

function drop(node) {
  if (node.nodeName === "DIALOG" && node.open) node.close(); // gives the focus back
  node.remove();
}

// ---- Going somewhere ---------------------------------------------------------------------------------

async function visit(url) {
  history.pushState(null, "", url);
  drawer(false);
  for (const each of document.querySelectorAll("details.drop[open]")) each.open = false;
  const before = body.dataset.at + body.dataset.tab + body.dataset.as;
  await renew();
  if (before !== body.dataset.at + body.dataset.tab + body.dataset.as) arrived();
  if (reveal()) return;
  const parts = new URL(url, location.href).searchParams;
  const begin = [parts.get("find") && $("find-words"), parts.get("wire") && $("wire-pieces"),
    parts.get("thread") && document.querySelector("#thread textarea"), $("new-filter"),
    document.querySelector("#main .composer textarea"), $("main")];
  begin.find(Boolean).focus();
}

/** Show the message that the address names, if it does. */
function reveal() {
  const message = location.hash && $(decodeURIComponent(location.hash.slice(1)));
  if (!message) return false;
  for (const each of document.querySelectorAll("article.found")) each.classList.remove("found");
  message.classList.add("found");
  message.scrollIntoView({ block: "center" });
  message.focus({ preventScroll: true });
  return true;
}

/** On a narrow screen the sidebar is a drawer. */
function drawer(open) {
  body.dataset.nav = open ? "open" : "";
  $("nav").setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#side a")?.focus();
}

function arrived() {
  if (body.dataset.tab) act("opens", { tab: body.dataset.tab });
}

// ---- Gestures ----------------------------------------------------------------------------------------

async function act(verb, given, busy) {
  waits(busy, 1);
  trouble("", busy);
  let told = {};
  try {
    const answer = await fetch(`/page/do/${verb}`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: body.dataset.as, ...given }),
    });
    told = answer.ok ? await answer.json() : { error: await answer.text() };
  } catch { told = { error: "The workspace does not answer." }; }
  waits(busy, -1);
  await renew();
  if (told.error) trouble(told.error, busy);
  return told;
}

const unanswered = new WeakMap();

/** An element is busy until all is answered that was done with it. */
function waits(element, more) {
  if (!element) return;
  unanswered.set(element, (unanswered.get(element) ?? 0) + more);
  if (unanswered.get(element)) element.setAttribute("aria-busy", "true"); else element.removeAttribute("aria-busy");
}

function trouble(words, near) {
  const dialog = near?.closest?.("dialog") ?? document.querySelector("#sheets dialog[open]"); // it may be drawn anew
  const place = dialog?.querySelector(".trouble") ?? $("trouble");
  place.textContent = words;
}

function surfaceOf(element) {
  const { channel, ts, seq, view } = element.closest("[data-surface]").dataset;
  return view ? { view } : { channel, ts, seq };
}

/** What stands in the fields of a surface. */
function entries(surface) {
  return Promise.all([...surface.querySelectorAll("[data-block]:not([data-do])")].map(async (field) => ({
    block: field.dataset.block, action: field.dataset.action,
    value: field.type === "file" ? await Promise.all([...field.files].map(packed)) : valueOf(field),
  })));
}

async function packed(file) {
  const url = await new Promise((read) => {
    const reader = new FileReader();
    reader.onload = () => read(reader.result);
    reader.readAsDataURL(file);
  });
  return { name: file.name, content: url.slice(url.indexOf(",") + 1) };
}

function valueOf(field) {
  if (!field.classList.contains("choices")) return field.value;
  const picked = [...field.querySelectorAll("input:checked")].map((each) => each.value);
  return field.dataset.many === "yes" ? picked : picked[0] ?? "";
}

async function use(verb, element, extra = {}) {
  if (element.dataset.confirm && !(await sure(JSON.parse(element.dataset.confirm)))) return;
  const surface = element.closest("[data-surface]");
  const { block, action } = element.dataset;
  const told = act(verb, { ...surfaceOf(element), block, action, entries: await entries(surface), ...extra }, element);
  if (element.dataset.url) window.open(element.dataset.url, "_blank", "noopener");
  await told;
}

function sure(asked) {
  $("sure-title").textContent = asked.title ?? "Are you sure?";
  $("sure-text").textContent = asked.text;
  $("sure-yes").textContent = asked.confirm ?? "Yes";
  $("sure-no").textContent = asked.deny ?? "Cancel";
  $("sure-yes").className = `button ${asked.style}`;
  return asks($("sure"));
}

function asks(dialog) {
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((told) => dialog.addEventListener("close", () => told(dialog.returnValue === "yes"), { once: true }));
}

/** A button takes one press at a time; a field takes every pick, as in Slack. */
const once = (verb, element, extra) => element.getAttribute("aria-busy") ? undefined : use(verb, element, extra);

const doing = {
  presses: (element) => once("presses", element, { side: element.dataset.side }),
  chooses: (element) => once("chooses", element, { value: element.dataset.value }),
  "chooses-all": (element) => {
    const list = element.parentElement.querySelector(".choices");
    return use("chooses", list, { value: valueOf(list) });
  },
  closes: (element) => act("closes", { ...surfaceOf(element), everything: element.dataset.everything === "yes" }, element),
  joins: (element) => act("joins", { at: body.dataset.at }, element),
  reacts: (element) => act("reacts", { ...surfaceOf(element), name: element.dataset.name }, element),
  uses: (element) => act("uses", { ...(element.closest("article") ? surfaceOf(element) : {}), name: element.dataset.name }, element),
  deletes: (element) => act("deletes", surfaceOf(element), element),
  locks: (element) => act("locks", surfaceOf(element), element),
  rewords: async (element) => {
    $("edit-text").value = element.dataset.plain;
    if (await asks($("edit"))) await act("rewords", { ...surfaceOf(element), text: $("edit-text").value }, element);
  },
};

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="/?"]');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    visit(link.getAttribute("href"));
    return;
  }
  const pressed = event.target.closest("[data-do]");
  if (pressed) {
    const menu = pressed.closest("details.drop");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    doing[pressed.dataset.do](pressed);
  }
  for (const open of document.querySelectorAll("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
  if (event.target.closest("#nav")) drawer(body.dataset.nav !== "open");
  else if (body.dataset.nav === "open" && !event.target.closest("#side")) drawer(false);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.form === "says") { event.preventDefault(); send(form); }
  if (form.dataset.form === "submits") { event.preventDefault(); submit(form); }
  if (form.dataset.form === "talks") { event.preventDefault(); talk(form); }
  if (form.dataset.form === "finds") { event.preventDefault(); find(); }
});

async function submit(form) {
  const dialog = form.closest("dialog"), button = form.querySelector(".foot .primary");
  if (button.getAttribute("aria-busy")) return;
  await act("submits", { view: dialog.dataset.view, entries: await entries(dialog) }, button);
  const faulty = dialog.isConnected ? dialog.querySelector(".faulty") : null;
  faulty?.querySelector("input, select, textarea")?.focus();
}

// A menu or a date that is changed with the keys says so when it is left or confirmed, not at every key.
let byKeys = null;
document.addEventListener("change", (event) => {
  if (event.target.dataset.attach !== undefined) return upload(event.target);
  const field = event.target.closest("[data-dispatch]");
  if (!field || /^(enter|key)$/.test(field.dataset.dispatch)) return;
  if (byKeys === event.target && !field.list && !field.classList.contains("choices")) field.dataset.waiting = "yes";
  else choose(field);
});
document.addEventListener("focusout", (event) => {
  byKeys = null;
  const field = event.target.closest?.("[data-waiting]");
  if (field) choose(field);
});

function choose(field) {
  delete field.dataset.waiting;
  return use("chooses", field, { value: valueOf(field) });
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    return $("find-words") ? $("find-words").focus() : $("finder").click();
  }
  byKeys = /^(SELECT|INPUT)$/.test(target.nodeName) && key !== "Tab" ? target : null;
  if (key === "Enter" && (target.dataset?.waiting || target.matches?.('input[data-dispatch="enter"]'))) {
    event.preventDefault();
    choose(target);
  }
  else if (target.getAttribute?.("role") === "combobox" && typing(event)) event.preventDefault();
  else if (key === "Escape") {
    const open = target.closest?.("details.drop[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); event.preventDefault(); }
    else if (body.dataset.nav === "open") { drawer(false); $("nav").focus(); }
    else if (target.closest?.("aside")) target.closest("aside").querySelector(".head a").click();
  }
});

// ---- Modals ------------------------------------------------------------------------------------------

let opener = "";

function dialogs() {
  for (const dialog of document.querySelectorAll("#sheets dialog")) {
    const front = dialog.dataset.front === "yes";
    if (!front && dialog.open) dialog.close();
    if (!front || dialog.open) continue;
    opener = document.activeElement?.closest("article")?.id ?? opener;
    dialog.dataset.heard ??= hear(dialog);
    dialog.showModal();
    begin(dialog);
  }
}

/** Escape closes a modal only when the workspace says that it is closed. */
function hear(dialog) {
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === dialog) act("closes", { view: dialog.dataset.view }, dialog);
  });
  return "yes";
}

function begin(dialog) {
  const first = ["[autofocus]", ".scroll input, .scroll select, .scroll textarea", ".scroll button", ".foot .button"];
  first.map((each) => dialog.querySelector(each)).find(Boolean)?.focus();
}

// ---- Writing -----------------------------------------------------------------------------------------

async function send(form) {
  const field = form.querySelector("textarea"), text = field.value.trim();
  if (!text) return;
  hints(field, []);
  field.value = "";
  keepDraft(field);
  grow(field);
  const also = form.querySelector("[data-also]");
  const told = await act("says", { at: body.dataset.at, text, thread: form.dataset.thread, also: also?.checked }, field);
  if (told.error && !field.value) { field.value = text; keepDraft(field); grow(field); }
  if (also && !told.error) also.checked = false;
  field.focus();
}

// ---- Drafts: what was begun and not sent waits where it was begun, in this tab ------------------------

const draftOf = (form) => `draft:${form}`;

function keepDraft(field) {
  const kept = draftOf(field.form.id);
  if (field.value.trim()) sessionStorage.setItem(kept, field.value); else sessionStorage.removeItem(kept);
  markDrafts();
}

/** Forms that have just come get their words back. */
function resume() {
  for (const field of document.querySelectorAll(".composer textarea")) {
    const kept = field.value ? null : sessionStorage.getItem(draftOf(field.form.id));
    if (kept) { field.value = kept; grow(field); }
  }
  const words = $("find-words"), filter = $("new-filter");
  if (words && document.activeElement !== words) words.value = $("find").dataset.query;
  if (filter) narrow(filter);
  markDrafts();
}

function markDrafts() {
  for (const link of document.querySelectorAll("#side a[data-write]")) {
    const begun = sessionStorage.getItem(draftOf(link.dataset.write)) !== null;
    link.querySelector(".draft").hidden = !begun || link.ariaCurrent === "page";
  }
}

// ---- Search, and new conversations -------------------------------------------------------------------

let pause = null;

/** Look for what stands in the field; the address keeps it. */
function find() {
  clearTimeout(pause);
  const there = new URL(location.href);
  there.searchParams.set("find", $("find-words").value.trim() || "*");
  history.replaceState(null, "", there);
  return renew();
}

/** Of a list of people, those who fit what was typed, and those who are chosen already. */
function narrow(field) {
  const words = field.value.toLowerCase().replace(/^@/, "");
  for (const choice of $(field.dataset.filter).children) {
    choice.hidden = !choice.textContent.toLowerCase().includes(words) && !choice.querySelector("input").checked;
  }
}

async function talk(form) {
  const choices = [...form.querySelectorAll(".choice")], chosen = choices.filter((each) => each.querySelector("input").checked);
  const fitting = choices.filter((each) => !each.hidden);
  const those = chosen.length || fitting.length !== 1 ? chosen : fitting;
  const told = await act("talks", { with: those.map((each) => each.querySelector("input").value) }, form.querySelector(".primary"));
  if (told.told) visit(`/?${new URLSearchParams({ as: body.dataset.as, at: told.told.at })}`);
}

async function upload(input) {
  const text = input.form.querySelector("textarea");
  input.closest("details").open = false;
  const told = await act("uploads", { at: body.dataset.at, text: text.value.trim(), file: await packed(input.files[0]) }, text);
  if (!told.error) text.value = "";
  keepDraft(text);
  input.value = "";
  text.focus();
}

/** Whether the key was for the hints or for sending. */
function typing(event) {
  const field = event.target, list = $(field.getAttribute("aria-controls"));
  const options = [...list.children], at = options.findIndex((each) => each.ariaSelected === "true");
  if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    mark(field, options, (at + (event.key === "ArrowDown" ? 1 : -1 + options.length + (at < 0))) % options.length);
  } else if (!list.hidden && at >= 0 && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
    take(field, options[at]);
  } else if (!list.hidden && event.key === "Escape") {
    hints(field, []);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    field.form.requestSubmit();
  } else return false;
  return true;
}

function mark(field, options, at) {
  options.forEach((each, index) => { each.ariaSelected = String(index === at); });
  field.setAttribute("aria-activedescendant", options[at].id);
  options[at].scrollIntoView({ block: "nearest" });
}

function take(field, option) {
  const word = /(^|\s)([/@]\S*)$/.exec(field.value.slice(0, field.selectionStart));
  const begin = word ? field.selectionStart - word[2].length : field.selectionStart;
  field.setRangeText(option.dataset.insert, begin, field.selectionStart, "end");
  hints(field, []);
  field.focus();
}

function hints(field, found) {
  const list = $(field.getAttribute("aria-controls"));
  list.replaceChildren(...found.slice(0, 8).map((each, index) => {
    const option = document.createElement("div");
    option.append(...each.cloneNode(true).childNodes);
    option.id = `${list.id}-${index}`;
    option.role = "option";
    option.ariaSelected = "false";
    option.dataset.insert = each.dataset.insert;
    return option;
  }));
  list.hidden = found.length === 0;
  field.setAttribute("aria-expanded", String(found.length > 0));
  field.removeAttribute("aria-activedescendant");
}

function grow(field) { field.rows = Math.min(8, field.value.split("\n").length); }

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset.suggest) suggest(field);
  if (field.dataset.filter) narrow(field);
  if (field.dataset.find !== undefined) { clearTimeout(pause); pause = setTimeout(find, 150); }
  if (field.matches(".composer textarea")) keepDraft(field);
  if (field.dataset.dispatch === "key") choose(field);
  if (field.getAttribute("role") !== "combobox") return;
  grow(field);
  const typed = field.value.slice(0, field.selectionStart);
  const word = /^(\/\S*)$/.exec(typed)?.[1] ?? /(?:^|\s)(@\S*)$/.exec(typed)?.[1];
  const fits = (each) => word && each.dataset.insert.startsWith(word.toLowerCase()) && each.dataset.insert.trim() !== word;
  hints(field, [...$("hints").children].filter(fits));
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest('[role="option"]');
  if (!option) return;
  event.preventDefault();
  take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});

async function suggest(field) {
  if (field.value.length < Number(field.dataset.suggest)) return;
  const { block, action } = field.dataset;
  const answer = await fetch("/page/do/suggests", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: body.dataset.as, ...surfaceOf(field), block, action, value: field.value }),
  });
  const { told = [] } = await answer.json();
  field.list.replaceChildren(...told.map((words) => new Option(words, words)));
}

// ---- Live --------------------------------------------------------------------------------------------

addEventListener("popstate", () => renew().then(reveal));
addEventListener("visibilitychange", () => { if (!document.hidden) renew(); });
$("messages")?.scrollTo(0, $("messages").scrollHeight);
dialogs();
resume();
reveal();
arrived();
new EventSource("/page/changes").addEventListener("message", () => { if (!document.hidden) renew(); });
