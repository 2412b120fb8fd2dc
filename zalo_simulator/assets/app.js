"use strict";

(() => {
  const POLL_MS = 1200;
  const SEEN_KEY = "zalo-gia-lap-da-xem";
  const $ = (id) => document.getElementById(id);
  const seen = JSON.parse(localStorage.getItem(SEEN_KEY) || "{}");
  let groups = [];
  let kind = "";
  let openId = "";
  let lastSeq = 0;
  let lastDay = "";
  let listKey = "";

  const el = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const fold = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();

  const hue = (text) => {
    let sum = 0;
    for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) % 8;
    return `hue-${sum}`;
  };

  const initials = (name) => {
    const number = name.match(/\d+/);
    if (number) return number[0].slice(0, 3);
    const words = name.replace(/[^\p{L}\s]/gu, " ").trim().split(/\s+/);
    return (words.length > 1 ? words[0][0] + words[words.length - 1][0] : words[0].slice(0, 2)).toUpperCase();
  };

  const paintAvatar = (node, name) => {
    node.className = `avatar ${hue(name)}`;
    node.textContent = initials(name);
  };

  const two = (number) => String(number).padStart(2, "0");
  const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;
  const day = (date) => `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;
  const when = (seconds) => {
    const date = new Date(seconds * 1000);
    return day(date) === day(new Date()) ? clock(date) : day(date).slice(0, 5);
  };
  const dayName = (date) => (day(date) === day(new Date()) ? "Hôm nay" : `Ngày ${day(date)}`);

  const markSeen = (groupId, count) => {
    if (seen[groupId] === count) return;
    seen[groupId] = count;
    localStorage.setItem(SEEN_KEY, JSON.stringify(seen));
  };

  // The list of groups

  const rowFor = (group) => {
    const unread = Math.max(0, group.count - (seen[group.group_id] || 0));
    const row = el("button", unread ? "row new" : "row");
    row.type = "button";
    row.dataset.id = group.group_id;
    if (group.group_id === openId) row.setAttribute("aria-current", "true");
    const avatar = el("span");
    paintAvatar(avatar, group.name);
    avatar.setAttribute("aria-hidden", "true");
    const middle = el("span");
    middle.append(el("span", "row-name", group.name));
    const last = group.last;
    const said = last ? last.text.replace(/\s+/g, " ").slice(0, 120) || "Hình ảnh" : "Chưa có bài nào";
    middle.append(el("span", "row-last", said));
    const side = el("span", "row-side");
    side.append(el("span", "row-time", last ? when(last.at) : ""));
    if (unread) {
      const badge = el("span", "unread", unread > 99 ? "99+" : String(unread));
      badge.setAttribute("aria-label", `${unread} bài chưa đọc`);
      side.append(badge);
    } else if (group.status !== "enabled") {
      side.append(el("span", "tag off", "Hết hạn"));
    } else {
      side.append(el("span", `tag ${group.kind}`, group.kind === "oa" ? "OA" : "Dán tay"));
    }
    row.append(avatar, middle, side);
    const item = el("li");
    item.append(row);
    return item;
  };

  const showList = () => {
    const wanted = fold($("search").value.trim());
    const shown = groups
      .filter((group) => (!kind || group.kind === kind) && fold(group.name).includes(wanted))
      .sort((a, b) => (b.last ? b.last.seq : 0) - (a.last ? a.last.seq : 0) || a.name.localeCompare(b.name, "vi", { numeric: true }));
    const key = JSON.stringify([openId, shown.map((g) => [g.group_id, g.name, g.kind, g.status, g.count, seen[g.group_id]])]);
    if (key === listKey) return;
    listKey = key;
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.id : "";
    const list = $("groups");
    list.replaceChildren(...shown.map(rowFor));
    if (!shown.length) {
      const none = el("li", "none");
      if (groups.length) {
        none.append(el("strong", "", "Không thấy nhóm nào"), "Thử tên khác hoặc bấm “Tất cả”.");
      } else {
        none.append(el("strong", "", "Chưa có nhóm nào"), "Hãy nạp dữ liệu mẫu của cổng Bình Yên; các nhóm sẽ hiện ở đây.");
      }
      list.append(none);
    }
    if (focused) {
      const again = list.querySelector(`[data-id="${CSS.escape(focused)}"]`);
      if (again) again.focus();
    }
  };

  const showCounts = () => {
    $("n-all").textContent = groups.length;
    $("n-oa").textContent = groups.filter((group) => group.kind === "oa").length;
    $("n-ordinary").textContent = groups.filter((group) => group.kind === "ordinary").length;
  };

  // One group

  const withLinks = (node, text) => {
    for (const part of text.split(/(https?:\/\/[^\s<>"”)]+)/g)) {
      if (/^https?:\/\//.test(part)) {
        const link = el("a", "", part);
        link.href = part;
        link.rel = "noopener noreferrer nofollow";
        link.target = "_blank";
        node.append(link);
      } else {
        node.append(part);
      }
    }
  };

  const messageFor = (message, isFresh) => {
    const item = el("li", `message ${message.sender}${isFresh ? " fresh" : ""}`);
    const avatar = el("span");
    paintAvatar(avatar, message.sender_name);
    avatar.setAttribute("aria-hidden", "true");
    const bubble = el("div", "bubble");
    bubble.append(el("span", "who", message.sender === "oa" ? `${message.sender_name} · tài khoản OA` : `${message.sender_name} · dán tay`));
    const text = el("div", "text");
    withLinks(text, message.text);
    bubble.append(text);
    if (message.image_id) {
      const image = el("img");
      image.src = `/_sim/image/${encodeURIComponent(message.image_id)}`;
      image.alt = "Ảnh kèm bài";
      image.addEventListener("load", () => {
        const list = $("messages");
        const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < image.height + 160;
        if (isNearEnd) list.scrollTop = list.scrollHeight;
      });
      bubble.append(image);
    }
    const date = new Date(message.at * 1000);
    const time = el("time", "", `${clock(date)}:${two(date.getSeconds())}`);
    time.dateTime = date.toISOString();
    bubble.append(time);
    item.append(avatar, bubble);
    return item;
  };

  const addMessages = (messages, isFirst) => {
    const list = $("messages");
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
    if (isFirst) {
      list.replaceChildren();
      lastDay = "";
      if (!messages.length) {
        const group = groups.find((one) => one.group_id === openId);
        const empty = el("li", "empty");
        empty.append(
          el("strong", "", "Chưa có bài nào trong nhóm này"),
          group && group.kind === "ordinary"
            ? "Sao chép bài ở cổng Bình Yên rồi dán vào ô bên dưới."
            : "Bài được duyệt và tới giờ hẹn sẽ hiện ở đây ngay.",
        );
        list.append(empty);
      }
    } else if (messages.length) {
      const empty = list.querySelector(".empty");
      if (empty) empty.remove();
    }
    for (const message of messages) {
      const date = new Date(message.at * 1000);
      if (day(date) !== lastDay) {
        lastDay = day(date);
        const mark = el("li", "day");
        mark.append(el("span", "", dayName(date)));
        list.append(mark);
      }
      list.append(messageFor(message, !isFirst));
      lastSeq = Math.max(lastSeq, message.seq);
    }
    if (isFirst || (messages.length && isAtEnd)) list.scrollTop = list.scrollHeight;
  };

  const loadRoom = async (isFirst) => {
    const asked = openId;
    const found = await fetchJson(`/_sim/messages?group_id=${encodeURIComponent(asked)}&after=${isFirst ? 0 : lastSeq}`);
    if (asked === openId) addMessages(found.messages, isFirst);
  };

  const openRoom = async (groupId) => {
    const group = groups.find((one) => one.group_id === groupId);
    if (!group) return;
    openId = groupId;
    lastSeq = 0;
    $("app").classList.add("open");
    document.body.classList.add("in-room");
    $("welcome").hidden = true;
    $("room").hidden = false;
    paintAvatar($("room-avatar"), group.name);
    $("room-name").textContent = group.name;
    const isOrdinary = group.kind === "ordinary";
    const note = $("room-note");
    note.replaceChildren(
      el("i", `tag ${group.kind}`, isOrdinary ? "Nhóm thường" : "Nhóm OA"),
      ` ${group.total_member.toLocaleString("vi")} thành viên`,
    );
    if (group.status !== "enabled") note.append(" ", el("i", "tag off", "Hết hạn, Zalo không nhận bài"));
    $("paste").hidden = !isOrdinary;
    $("only-api").hidden = isOrdinary;
    $("paste-error").textContent = "";
    history.replaceState(null, "", `#${groupId}`);
    markSeen(groupId, group.count);
    showList();
    await loadRoom(true);
  };

  const closeRoom = () => {
    openId = "";
    $("app").classList.remove("open");
    document.body.classList.remove("in-room");
    $("room").hidden = true;
    $("welcome").hidden = false;
    history.replaceState(null, "", location.pathname);
    showList();
  };

  // Talking to the server

  const fetchJson = async (path, options) => {
    const response = await fetch(path, options);
    const body = await response.json();
    if (!response.ok) throw new Error(body.error || "Không lưu được.");
    return body;
  };

  const poll = async () => {
    try {
      const found = await fetchJson("/_sim/groups");
      groups = found.groups;
      $("oa-name").textContent = found.oa_name;
      $("live").textContent = "đang cập nhật";
      $("live").classList.remove("off");
      showCounts();
      if (openId) {
        await loadRoom(false);
        const group = groups.find((one) => one.group_id === openId);
        if (group) markSeen(openId, group.count);
      } else if (location.hash.length > 1) {
        await openRoom(location.hash.slice(1));
      }
      showList();
    } catch {
      $("live").textContent = "mất kết nối";
      $("live").classList.add("off");
    }
    setTimeout(poll, POLL_MS);
  };

  const paste = async (event) => {
    event.preventDefault();
    const box = $("paste-text");
    $("paste-error").textContent = "";
    try {
      await fetchJson("/_sim/paste", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ group_id: openId, text: box.value, name: $("paste-name").value }),
      });
      box.value = "";
      await loadRoom(false);
      $("messages").scrollTop = $("messages").scrollHeight;
    } catch (error) {
      $("paste-error").textContent = error.message;
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    $("groups").addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) openRoom(row.dataset.id);
    });
    $("search").addEventListener("input", showList);
    $("back").addEventListener("click", closeRoom);
    $("paste").addEventListener("submit", paste);
    window.addEventListener("hashchange", () => location.hash.length > 1 && openRoom(location.hash.slice(1)));
    for (const button of document.querySelectorAll(".tabs button")) {
      button.addEventListener("click", () => {
        kind = button.dataset.kind;
        for (const other of document.querySelectorAll(".tabs button")) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        showList();
      });
    }
    poll();
  });
})();
