"use strict";

(() => {
  const POLL_MS = 1200;
  const $ = (id) => document.getElementById(id);
  let people = [];
  let openId = "";
  let lastSeq = 0;
  let listKey = "";

  const el = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const two = (number) => String(number).padStart(2, "0");
  const clock = (seconds) => {
    const date = new Date(seconds * 1000);
    return `${two(date.getDate())}/${two(date.getMonth() + 1)} ${two(date.getHours())}:${two(date.getMinutes())}`;
  };
  const paintAvatar = (node, name) => {
    let sum = 0;
    for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 8;
    node.className = `avatar hue-${sum}`;
    const words = name.trim().split(/\s+/);
    node.textContent = (words.length > 1 ? words[0][0] + words[words.length - 1][0] : name.slice(0, 2)).toUpperCase();
  };
  const heard = (person) => {
    if (person.silent_h === null) return "chưa nhắn bao giờ";
    if (person.silent_h < 48) return "trong 48 giờ: OA trả lời được, không tốn";
    if (person.silent_h < 168) return "trong 7 ngày: OA trả lời được, có tính tin";
    return "quá 7 ngày: OA không nhắn được";
  };

  const ask = async (path, body) => {
    const options = body === undefined ? undefined : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    };
    const response = await fetch(path, options);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error || "Không làm được.");
    return answer;
  };
  const act = async (deed, values = {}) => {
    $("error").textContent = "";
    try {
      const done = await ask("/_sim/deed", { deed, user_id: openId, ...values });
      await refresh();
      return done;
    } catch (error) {
      $("error").textContent = error.message;
      return null;
    }
  };

  const rowFor = (person) => {
    const row = el("button", "row");
    row.type = "button";
    row.dataset.id = person.user_id;
    if (person.user_id === openId) row.setAttribute("aria-current", "true");
    const avatar = el("span");
    paintAvatar(avatar, person.name);
    avatar.setAttribute("aria-hidden", "true");
    const middle = el("span");
    middle.append(el("span", "row-name", person.name));
    middle.append(el("span", "row-last", person.last ? person.last.text.slice(0, 100) || "Tệp đính kèm" : "Chưa có tin nhắn"));
    const side = el("span", "row-side");
    side.append(el("span", "row-time", person.last ? clock(person.last.at) : ""));
    side.append(el("span", person.is_follower ? "tag oa" : "tag ordinary", person.is_follower ? "Quan tâm" : "Chưa"));
    row.append(avatar, middle, side);
    const item = el("li");
    item.append(row);
    return item;
  };

  const showPeople = (found) => {
    people = found.people;
    $("count").textContent = `${found.count.toLocaleString("vi")} người`;
    const key = JSON.stringify([openId, people.map((one) => [one.user_id, one.name, one.is_follower, one.last && one.last.seq])]);
    if (key === listKey) return;
    listKey = key;
    $("people").replaceChildren(...people.map(rowFor));
    if (!people.length) $("people").append(el("li", "none", "Chưa có ai. Hãy thêm một người ở trên."));
  };

  const showHead = () => {
    const person = people.find((one) => one.user_id === openId);
    if (!person) return;
    paintAvatar($("room-avatar"), person.name);
    $("room-name").textContent = person.name;
    $("room-note").textContent = heard(person);
    $("follow").textContent = person.is_follower ? "Bỏ quan tâm" : "Quan tâm";
    $("follow").dataset.deed = person.is_follower ? "unfollow" : "follow";
  };

  const messageFor = (message) => {
    const fromAccount = message.sender === "oa";
    const item = el("li", `message ${fromAccount ? "oa" : "person own"}`);
    const avatar = el("span");
    paintAvatar(avatar, message.sender_name);
    avatar.setAttribute("aria-hidden", "true");
    const bubble = el("div", "bubble");
    bubble.append(el("span", "who", fromAccount ? `${message.sender_name} · tài khoản OA` : message.sender_name));
    bubble.append(el("div", "text", message.text));
    if (message.image_id) {
      const image = el("img");
      image.src = `/_sim/image/${encodeURIComponent(message.image_id)}`;
      image.alt = "Ảnh đính kèm";
      bubble.append(image);
    }
    bubble.append(el("time", "", clock(message.at)));
    item.append(avatar, bubble);
    return item;
  };

  const loadMessages = async (isFirst) => {
    const asked = openId;
    if (!asked) return;
    const found = await ask(`/_sim/messages?user_id=${encodeURIComponent(asked)}&after=${isFirst ? 0 : lastSeq}`);
    if (asked !== openId) return;
    const list = $("messages");
    if (isFirst) {
      list.replaceChildren();
      lastSeq = 0;
    }
    for (const message of found.messages) {
      if (message.seq <= lastSeq) continue; // a poll and a deed asked at once
      list.append(messageFor(message));
      lastSeq = Math.max(lastSeq, message.seq);
    }
    if (isFirst || found.messages.length) list.scrollTop = list.scrollHeight;
  };

  const refresh = async () => {
    showPeople(await ask(`/_sim/people?search=${encodeURIComponent($("search").value)}`));
    showHead();
    await loadMessages(false);
  };

  const open = async (userId) => {
    openId = userId;
    lastSeq = 0;
    $("app").classList.add("open");
    document.body.classList.add("in-room");
    $("welcome").hidden = true;
    $("room").hidden = false;
    $("error").textContent = "";
    $("room").classList.remove("sheet-open");
    for (const id of ["contact", "groups"]) $(id).hidden = true;
    await loadMessages(true);
    await refresh();
  };

  const asBase64 = (file) => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.split(",")[1]));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  const putUp = async (input) => {
    const [file] = input.files;
    input.value = "";
    if (!file) return null;
    $("error").textContent = "";
    try {
      const made = await ask("/_sim/media", { media_type: file.type || "application/octet-stream", base64: await asBase64(file) });
      return { id: made.media_id, name: file.name };
    } catch (error) {
      $("error").textContent = error.message;
      return null;
    }
  };

  const showGroups = async () => {
    const found = await ask("/_sim/groups");
    $("group-list").replaceChildren(
      ...found.groups.map((group) => {
        const item = el("li", "line");
        const join = el("button", "plain", "Vào nhóm");
        const leave = el("button", "plain", "Rời nhóm");
        join.type = leave.type = "button";
        join.addEventListener("click", async () => {
          const done = await act("join", { group_id: group.group_id });
          if (done) $("error").textContent = done.state === "joined" ? `Đã vào ${group.name}.` : `Đã xin vào ${group.name}, chờ duyệt.`;
        });
        leave.addEventListener("click", () => act("leave", { group_id: group.group_id }));
        item.append(el("span", "grow", group.name), join, leave);
        return item;
      }),
    );
  };

  const poll = async () => {
    try {
      await refresh();
      $("live").textContent = "đang cập nhật";
      $("live").classList.remove("off");
    } catch {
      $("live").textContent = "mất kết nối";
      $("live").classList.add("off");
    }
    setTimeout(poll, POLL_MS);
  };

  const listen = () => {
    $("people").addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) open(row.dataset.id);
    });
    $("search").addEventListener("input", refresh);
    $("back").addEventListener("click", () => {
      openId = "";
      $("app").classList.remove("open");
      document.body.classList.remove("in-room");
      $("room").hidden = true;
      $("welcome").hidden = false;
    });
    $("new-person").addEventListener("submit", async (event) => {
      event.preventDefault();
      const made = await ask("/_sim/people", { name: $("new-name").value, days_since_interaction: null });
      $("new-name").value = "";
      await open(made.user_id);
    });
    $("write").addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await act("write", { text: $("text").value })) $("text").value = "";
    });
    $("follow").addEventListener("click", () => act($("follow").dataset.deed));
    $("location").addEventListener("click", () => act("send_location", { latitude: 10.95, longitude: 106.82 }));
    $("withdraw").addEventListener("click", () => act("withdraw"));
    $("image").addEventListener("change", async () => {
      const made = await putUp($("image"));
      if (made && (await act("send_image", { image_id: made.id, text: $("text").value }))) $("text").value = "";
    });
    $("file").addEventListener("change", async () => {
      const made = await putUp($("file"));
      if (made) await act("send_file", { file_id: made.id, name: made.name });
    });
    $("contact").addEventListener("submit", async (event) => {
      event.preventDefault();
      const shared = { name: $("contact-name").value, phone: $("contact-phone").value, address: $("contact-address").value };
      if (await act("share_contact", shared)) {
        $("contact").hidden = true;
        $("room").classList.remove("sheet-open");
      }
    });
    for (const button of document.querySelectorAll("[data-open]")) {
      button.addEventListener("click", async () => {
        const sheet = $(button.dataset.open);
        sheet.hidden = !sheet.hidden;
        $("room").classList.toggle("sheet-open", !sheet.hidden);
        if (button.dataset.open === "groups" && !sheet.hidden) await showGroups();
      });
    }
    for (const button of document.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => {
        $(button.dataset.close).hidden = true;
        $("room").classList.remove("sheet-open");
      });
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    listen();
    poll();
  });
})();
