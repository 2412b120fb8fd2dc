/* Long forms save themselves on the server while they are written, and come back from there.
   Nothing of them stays in the browser. A draft about a tip comes back once its writer asks for it. */
const head = document.querySelector('meta[name="form-drafts"]').dataset;
const PAUSE = 3000; // milliseconds between two saves
const RETRY = 15000;
const states = new Map(); // form → its draft
const leftOut = new Set(head.leftOut.split(" ")); // names of fields that no draft has
const canNumber = Boolean(window.crypto?.randomUUID);

function addressOf(form) {
  return new URL(form.getAttribute("action") || location.href, location.href).pathname;
}

function isDrafted(form) {
  return canNumber && form?.method === "post" && !form.closest("dialog") && form.querySelector("textarea");
}

function isLeftOut(form, name) {
  if (!name || leftOut.has(name) || name.startsWith("_") || /^(csrfmiddlewaretoken|form-draft)$|-(pending|dropped)$/.test(name)) {
    return true;
  }
  return form.querySelector(`[name="${CSS.escape(name)}"]`)?.type === "password";
}

// Pairs of name and value; a choice that the page fetches carries its words along.
function fieldsOf(form) {
  return [...new FormData(form)]
    .filter(([name, value]) => typeof value === "string" && !isLeftOut(form, name))
    .map(([name, value]) => {
      const field = form.querySelector(`select[name="${CSS.escape(name)}"].admin-autocomplete`);
      const words = value && field?.querySelector(`option[value="${CSS.escape(value)}"]`)?.textContent;
      return words ? [name, value, words.trim()] : [name, value];
    });
}

function stateOf(form) {
  if (!states.has(form)) {
    const number = document.createElement("input");
    number.type = "hidden";
    number.name = "form-draft";
    number.value = states.size || !head.number ? crypto.randomUUID() : head.number;
    form.append(number);
    const line = document.createElement("p");
    line.className = "by by-draft-line";
    form.insertBefore(line, form.querySelector(':scope > button[type="submit"]')); // read before it
    states.set(form, { form, number, line, saved: "", timer: 0, isSent: false });
  }
  return states.get(form);
}

function say(state, words, tone = "") {
  state.line.className = tone ? `by by-draft-line by-note by-${tone}` : "by by-draft-line by-soft";
  state.line.setAttribute("role", tone ? "alert" : "none");
  state.line.textContent = words;
}

const SENTENCES = {
  secret: "Nội dung có dấu hiệu độ mật, hoặc lời về người báo tin: máy không lưu nháp, chữ đã lưu trước đó cũng đã xóa.",
  marked: "Nội dung có dấu chỉ độ mật: máy không giữ nháp, chữ đã giữ trước đó cũng đã xóa.",
  shut: "Tài khoản này không còn làm được việc ở trang này: máy không giữ nháp.",
  away: "Kho niêm phong chưa trả lời: lúc này máy không giữ nháp. Chữ vẫn còn trên trang này, đừng đóng trang.",
  long: "Nội dung dài quá, máy không tự lưu nháp được. Hãy bấm lưu.",
  other: "Máy này vừa đăng nhập tài khoản khác. Chữ ở trang này không được lưu nháp; hãy chép lại trước khi đóng.",
};

async function save(state, isLeaving = false) {
  clearTimeout(state.timer);
  state.timer = 0;
  const fields = JSON.stringify(fieldsOf(state.form));
  if (state.isSent || fields === state.saved) {
    return;
  }
  const body = new FormData();
  body.set("csrfmiddlewaretoken", state.form.elements.csrfmiddlewaretoken.value);
  body.set("account", head.account);
  body.set("address", addressOf(state.form));
  body.set("number", state.number.value);
  body.set("fields", fields);
  state.waits = new AbortController();
  try {
    const answer = await fetch(head.url, {
      method: "POST", body, keepalive: isLeaving && fields.length < 50000, redirect: "manual",
      signal: isLeaving ? undefined : state.waits.signal,
    });
    if (!answer.ok) {
      lost(state, "Phiên đăng nhập đã hết: chữ vừa gõ chưa được lưu.");
      return;
    }
    const result = await answer.json();
    if (result.state === "saved") {
      state.saved = fields;
      state.number.value = result.number;
      say(state, `Đã tự lưu nháp lúc ${result.at}.`);
    } else if (SENTENCES[result.state]) {
      say(state, SENTENCES[result.state], "warn");
      if (result.state === "away") {
        state.timer = setTimeout(() => save(state), RETRY);
      } else {
        state.saved = fields;
      }
    }
  } catch {
    if (!state.isSent) {
      lost(state, "Không có mạng: chữ vừa gõ chưa được lưu, máy sẽ thử lại.");
    }
  }
}

function lost(state, words) {
  if (!state.line.querySelector("a") || !state.line.textContent.startsWith(words)) {
    say(state, `${words} `, "warn");
    const link = document.createElement("a");
    link.className = "by-link";
    link.href = head.login;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Đăng nhập lại ở thẻ mới, rồi quay lại đây.";
    state.line.append(link);
  }
  state.timer = setTimeout(() => again(state), RETRY);
}

// Signed in again, a page has another token than before; the account must be the same.
async function again(state) {
  clearTimeout(state.timer);
  state.timer = 0;
  const found = await ask([]);
  if (!found) {
    lost(state, state.line.textContent.split(" Đăng nhập lại")[0].trim());
    return;
  }
  if (String(found.account) !== head.account) {
    say(state, SENTENCES.other, "warn");
    return;
  }
  document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => {
    field.value = found.token;
  });
  await save(state);
}

async function ask(addresses) {
  const query = new URLSearchParams(addresses.map((address) => ["form", address]));
  try {
    const answer = await fetch(`${head.url}?${query}`, { redirect: "manual" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Rows of a table below a form, as many as the draft has.
function addRows(form, fields) {
  fields.filter(([name]) => name.endsWith("-TOTAL_FORMS")).forEach(([name, value]) => {
    const total = form.elements[name];
    const group = document.getElementById(`${name.replace(/-TOTAL_FORMS$/, "")}-group`);
    while (total && group && Number(total.value) < Number(value)) {
      const before = total.value;
      group.querySelector("a.add-row, .add-row a")?.click();
      if (total.value === before) {
        break;
      }
    }
  });
}

function fill(form, fields) {
  addRows(form, fields);
  const values = new Map();
  fields.forEach(([name, value, words]) => {
    values.set(name, [...(values.get(name) ?? []), { value, words }]);
  });
  const used = new Map();
  [...form.elements].forEach((field) => {
    const { name, type } = field;
    if (isLeftOut(form, name) || ["file", "submit", "button"].includes(type)) {
      return;
    }
    const given = values.get(name) ?? [];
    if (type === "hidden") {
      if (name === "seen" && given.length) {
        field.value = given[0].value; // what was stored then: who changed it since is named
      }
      return;
    }
    if (type === "checkbox" || type === "radio") {
      field.checked = given.some(({ value }) => value === field.value);
    } else if (type === "select-multiple" || type === "select-one") {
      given.filter(({ words }) => words).forEach(({ value, words }) => {
        if (![...field.options].some((option) => option.value === value)) {
          field.append(new Option(words, value));
        }
      });
      [...field.options].forEach((option) => {
        option.selected = given.some(({ value }) => value === option.value);
      });
    } else if (given.length) {
      const turn = used.get(name) ?? 0;
      used.set(name, turn + 1);
      field.value = given[Math.min(turn, given.length - 1)].value;
    } else {
      return;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function beginningOf(form, fields) {
  const texts = fields.filter(([name, value]) => {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    return value.trim() && /^(text|textarea)$/.test(field?.type);
  });
  const words = texts[0]?.[1].trim() ?? "";
  return words.length > 60 ? `“${words.slice(0, 60)}…”` : words && `“${words}”`;
}

// The texts of a draft, or the words why they do not open.
async function open(form, draft) {
  if (draft.fields) {
    return { fields: draft.fields };
  }
  const answer = await send(head.open, form, draft);
  return answer?.ok ? answer.json() : { words: "Chưa mở được bản này. Hãy tải lại trang rồi thử lại." };
}

function send(url, form, draft) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("number", draft.number);
  return fetch(url, { method: "POST", body, redirect: "manual" }).catch(() => null);
}

function notRestored(form) {
  const files = form.querySelector('input[type="file"]') ? " Ảnh và tệp phải chọn lại." : "";
  const person = [...form.elements].some((field) => leftOut.has(field.name));
  return files + (person ? " Tên, điện thoại người báo không nằm trong bản này, phải ghi lại." : "");
}

function offer(form, draft) {
  const isOfTip = !draft.fields;
  const box = document.createElement("section");
  box.className = "by by-note by-info by-draft";
  box.setAttribute("aria-label", "Bản nháp chưa gửi");
  const words = document.createElement("p");
  words.textContent = isOfTip
    ? `Bản đang ghi lúc ${draft.at}`
    : `Bản nháp lúc ${draft.at} ${beginningOf(form, draft.fields)}`.trim();
  const choices = document.createElement("div");
  choices.className = "by-actions";
  const [back, drop] = [isOfTip ? "Ghi tiếp" : "Lấy lại", "Bỏ"].map((label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "by-button";
    button.textContent = label;
    choices.append(button);
    return button;
  });
  back.classList.add("by-primary");
  back.addEventListener("click", async () => {
    const found = await open(form, draft);
    if (!found.fields) {
      words.textContent = found.words;
      return;
    }
    const state = stateOf(form);
    state.number.value = draft.number;
    box.remove();
    form.closest("details")?.setAttribute("open", "");
    fill(form, found.fields);
    say(state, `Đã lấy lại bản ${isOfTip ? "đang ghi" : "nháp"} lúc ${draft.at}.${notRestored(form)}`, "info");
  });
  drop.addEventListener("click", async () => {
    if (drop.textContent === "Bỏ") {
      drop.textContent = "Bỏ hẳn, không lấy lại được"; // one tap more
      return;
    }
    const answer = await send(head.drop, form, draft);
    if (answer?.ok) {
      box.remove();
    } else {
      words.textContent = "Chưa bỏ được bản nháp. Hãy tải lại trang rồi thử lại.";
    }
  });
  box.append(words, choices);
  (form.closest("details") ?? form).before(box);
}

function typed(event) {
  const form = event.target.form;
  if (!event.isTrusted && !states.has(form)) {
    return; // a script of the page that fills in what is usual
  }
  if (isDrafted(form)) {
    const state = stateOf(form);
    state.timer ||= setTimeout(() => save(state), PAUSE);
  }
}

document.addEventListener("input", typed);
document.addEventListener("change", typed);
document.addEventListener("submit", (event) => {
  const state = states.get(event.target);
  if (state) {
    clearTimeout(state.timer);
    state.timer = 0;
    state.isSent = true;
    state.waits?.abort();
  }
});
window.addEventListener("pageshow", () => states.forEach((state) => { state.isSent = false; }));
document.addEventListener("visibilitychange", () => {
  states.forEach((state) => {
    if (document.visibilityState === "hidden") {
      if (state.timer) {
        save(state, true);
      }
    } else if (state.line.querySelector("a")) {
      again(state);
    }
  });
});

document.addEventListener("DOMContentLoaded", async () => {
  const forms = [...document.forms].filter(isDrafted);
  if (!forms.length) {
    return;
  }
  const found = await ask([...new Set(forms.map(addressOf))]);
  forms.forEach((form) => {
    (found?.drafts[addressOf(form)] ?? [])
      .filter((draft) => draft.number !== head.number)
      .forEach((draft) => offer(form, draft));
  });
});
