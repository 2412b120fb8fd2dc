/* The roll of a group: ticks wait on this phone until the save is answered. Works without it, too. */
const PREFIX = "roll:";
const DAYS = 7;

function stored(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return found && Date.now() - found.at < DAYS * 86400000 ? found : null;
  } catch {
    return null;
  }
}

function drop(isOld) {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX) && isOld(key))
      .forEach((key) => localStorage.removeItem(key));
  } catch {
    // Storage is shut: nothing was put there either.
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("roll");
  if (!form) {
    return;
  }
  const own = `${PREFIX}${form.dataset.account}:`;
  const key = `${own}${form.dataset.group}`;
  const boxes = [...form.querySelectorAll('input[name="in"]')];
  const homes = [...form.querySelectorAll("[data-household]")];
  const notice = document.getElementById("roll-pending");
  const count = document.getElementById("roll-count");
  drop((name) => !name.startsWith(own)); // of who signed in here before
  const others = {}; // ticks of people that this page does not show: of another team

  // By the mark: a page whose save was refused comes with its ticks in.
  const wasIn = (box) => box.dataset.mark.startsWith("j");
  const isChanged = (box) => box.checked !== wasIn(box);

  function pending() {
    const changed = boxes.filter(isChanged);
    return Object.fromEntries(changed.map((box) => [box.value, [box.checked, box.dataset.mark]]));
  }

  function show() {
    const changed = boxes.filter(isChanged).length;
    const inside = boxes.filter((box) => box.checked).length;
    const words = [`${inside}/${boxes.length} người`];
    if (changed) {
      words.push(`${changed} chưa lưu`);
    }
    if (Object.keys(others).length) {
      words.push(`${Object.keys(others).length} dấu ở tổ khác chưa lưu`);
    }
    count.textContent = words.join(", ");
    boxes.forEach((box) => {
      box.closest(".roll-line").classList.toggle("roll-changed", isChanged(box));
    });
    homes.forEach((home) => {
      const mates = matesOf(home);
      const ticked = mates.filter((box) => box.checked).length;
      home.checked = ticked === mates.length;
      home.indeterminate = ticked > 0 && ticked < mates.length;
    });
  }

  function matesOf(home) {
    return [...home.closest(".roll-home").querySelectorAll('input[name="in"]')];
  }

  function keep() {
    const ticks = { ...others, ...pending() };
    try {
      if (Object.keys(ticks).length) {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), once: form.dataset.once, ticks }));
      } else {
        localStorage.removeItem(key);
      }
    } catch {
      // Storage is full or shut: the page works on, only without a memory.
    }
  }

  // The server reads a household only where no script has ticked its people.
  homes.forEach((home) => {
    home.removeAttribute("name");
    home.addEventListener("change", () => {
      matesOf(home).forEach((box) => { box.checked = home.checked; });
    });
  });

  const waiting = stored(key);
  const isSaved = waiting && form.dataset.saved && waiting.once === form.dataset.saved;
  if (waiting) {
    let back = 0;
    let stale = 0;
    const shown = new Map(boxes.map((box) => [box.value, box]));
    Object.entries(waiting.ticks).forEach(([pk, [isIn, mark]]) => {
      const box = shown.get(pk);
      if (!box && (form.elements.to.value || "part" in form.dataset)) {
        others[pk] = [isIn, mark];
      } else if (!box) {
        stale += 1; // this page shows everybody: who is not here went since
      } else if (!isSaved && box.checked !== isIn) {
        if (box.dataset.mark === mark) {
          box.checked = isIn;
          back += 1;
        } else {
          stale += 1;
        }
      }
    });
    const words = [];
    if (back) {
      words.push(`Có ${back} dấu lần trước chưa lưu, đã để lại như cũ. Xem rồi bấm Lưu.`);
    }
    if (Object.keys(others).length) {
      words.push(`Còn ${Object.keys(others).length} dấu ở tổ khác chưa lưu: mở tổ ấy rồi bấm Lưu.`);
    }
    if (stale) {
      words.push(`${stale} dấu lần trước bỏ đi vì người khác vừa đổi.`);
    }
    if (words.length) {
      notice.querySelector("[data-words]").textContent = words.join(" ");
      notice.hidden = false;
    }
    keep();
  }
  if (form.dataset.saved) {
    const address = new URL(location.href);
    address.searchParams.delete("luu");
    history.replaceState(null, "", address);
  }
  notice.querySelector("[data-drop]").addEventListener("click", () => {
    form.reset();
    boxes.forEach((box) => { box.checked = wasIn(box); });
    Object.keys(others).forEach((pk) => delete others[pk]);
    notice.hidden = true;
    keep();
    show();
  });
  // Names are found as they are typed; ticks of hidden lines stay. The button asks the server.
  const lines = [...form.querySelectorAll("[data-name]")];
  const asked = document.getElementById("tim-ten");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
  asked.addEventListener("input", () => {
    const words = fold(asked.value).split(/\s+/).filter(Boolean);
    lines.forEach((line) => {
      line.hidden = !words.every((word) => line.dataset.name.includes(word));
    });
    homes.forEach((home) => {
      home.closest(".roll-line").hidden = matesOf(home).some((box) => box.closest(".roll-line").hidden);
    });
    form.querySelectorAll(".roll-home, .roll-part").forEach((part) => {
      part.hidden = !part.querySelector("[data-name]:not([hidden])");
    });
    const found = lines.filter((line) => !line.hidden).length;
    const name = `tên “${asked.value.trim()}”`;
    document.getElementById("roll-found").textContent = words.length
      ? found ? `Thấy ${found} người ${name}.` : `Không thấy ai ${name} trên trang này.`
      : "";
  });
  // One field for all ticks: a server takes a thousand fields, and a hamlet may have more people.
  form.addEventListener("formdata", (event) => {
    event.formData.set("in", event.formData.getAll("in").join("-"));
  });
  form.addEventListener("change", () => { show(); keep(); });
  show();
});
