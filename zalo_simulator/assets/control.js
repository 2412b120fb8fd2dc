"use strict";

(() => {
  const POLL_MS = 1500;
  const $ = (id) => document.getElementById(id);
  const PROFILES = {
    business: "Doanh nghiệp, gói Tăng trưởng",
    state_agency: "Cơ quan nhà nước",
    low_package: "Doanh nghiệp, gói Cơ bản (không có nhóm)",
    unverified: "Chưa xác thực",
  };
  const number = (value) => value.toLocaleString("vi");

  const tell = async (door, body, method = "POST") => {
    $("error").textContent = "";
    try {
      const response = await fetch(`/_sim/${door}`, {
        method,
        headers: { "Content-Type": "application/json" },
        body: method === "POST" ? JSON.stringify(body) : undefined,
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
    } catch (error) {
      $("error").textContent = error.message;
    }
    await show();
  };

  const rows = (list, pairs) => {
    list.replaceChildren(
      ...pairs.map(([term, said]) => {
        const row = document.createElement("div");
        const dt = document.createElement("dt");
        const dd = document.createElement("dd");
        dt.textContent = term;
        dd.textContent = said;
        row.append(dt, dd);
        return row;
      }),
    );
  };

  const showProfiles = (found) => {
    const select = $("profile");
    if (!select.options.length) {
      select.replaceChildren(
        ...found.profiles.map((name) => new Option(PROFILES[name] || name, name)),
      );
    }
    if (document.activeElement !== select) select.value = found.profile;
    $("no-groups").checked = found.group_refusal !== null;
  };

  const show = async () => {
    const found = await (await fetch("/_sim/control")).json();
    $("oa-name").textContent = found.oa_name;
    $("access").textContent = found.access_h > 0 ? `${number(found.access_h)} giờ` : "đã hết";
    $("refresh").textContent = found.refresh_d > 0 ? `${number(found.refresh_d)} ngày` : "đã hết";
    showProfiles(found);
    $("places").textContent = `${number(found.places)} gói, còn trống ${number(found.free_places)}.`;
    const now = new Date(found.now * 1000);
    const weekday = now.toLocaleDateString("vi-VN", { weekday: "long" });
    const day = [now.getDate(), now.getMonth() + 1].map((part) => String(part).padStart(2, "0"));
    const time = now.toLocaleTimeString("vi-VN", { hour12: false });
    $("now").textContent = `${weekday}, ${day.join("/")}/${now.getFullYear()} ${time}`;
    const { webhook } = found;
    const counts = webhook.stats;
    rows($("webhook"), [
      ["Gửi tới", webhook.url || "chưa đặt địa chỉ"],
      ["Trạng thái", webhook.is_subscribed ? "Đang bật" : "Đã bị ngắt sau nhiều lần không trả lời"],
      ["Đã báo", number(counts.delivered || 0)],
      ["Đang chờ", number(webhook.waiting)],
      ["Bị từ chối", number(counts.refused || 0)],
      ["Gửi lại", number(counts.retried || 0)],
      ["Mất", number(counts.lost_unsubscribed || 0)],
    ]);
    $("subscribe").hidden = webhook.is_subscribed;
    const { storm } = found;
    $("storm-state").textContent = storm
      ? `${storm.over ? "Đã xong" : "Đang chạy"}: ${number(storm.told)} / ${number(storm.events)} sự kiện.`
      : "";
    $("faults").replaceChildren(
      ...found.faults.map((fault) => {
        const item = document.createElement("li");
        item.textContent = `${fault.kind}${fault.code ? ` ${fault.code}` : ""}`;
        return item;
      }),
    );
  };

  const poll = async () => {
    try {
      await show();
    } catch {
      $("error").textContent = "Mất kết nối với Zalo giả lập.";
    }
    setTimeout(poll, POLL_MS);
  };

  document.addEventListener("DOMContentLoaded", () => {
    $("control").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.door) tell(button.dataset.door, JSON.parse(button.dataset.body));
      if (button.dataset.advance) tell("clock", { advance_s: Number(button.dataset.advance) });
    });
    $("profile").addEventListener("change", () => tell("profile", { profile: $("profile").value }));
    $("no-groups").addEventListener("change", () =>
      tell("profile", { group_refusal: $("no-groups").checked ? -235 : null }),
    );
    $("subscribe").addEventListener("click", () => tell("webhook", { subscribe: true }));
    $("clear").addEventListener("click", () => tell("faults", {}, "DELETE"));
    $("storm").addEventListener("submit", (event) => {
      event.preventDefault();
      const share = (id) => Number($(id).value) / 100;
      tell("storm", {
        events: Number($("events").value),
        per_second: Number($("per-second").value),
        duplicates: share("duplicates"),
        shuffled: share("shuffled"),
        wrongly_signed: share("wrong"),
      });
    });
    poll();
  });
})();
