/* The form of a schedule: shows what the chosen rule asks for, and the next dates as it is filled in. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("schedule_form");
  const dates = document.getElementById("by-dates");
  if (!form || !dates) {
    return;
  }
  const ASKED = {
    daily: ["interval"],
    weekly: ["interval", "weekdays"],
    monthly_day: ["interval", "month_day"],
    monthly_weekday: ["interval", "week", "weekday"],
    yearly: ["interval", "month_day", "month"],
    lunar: ["lunar_days"],
  };
  const ALL = ["interval", "weekdays", "week", "weekday", "month_day", "month", "lunar_days"];
  let timer = 0;
  let turn = 0;

  function row(name) {
    const field = form.querySelector(`[name="${name}"]`) ?? form.querySelector(`#id_${name}`);
    return field?.closest(".field-line, .form-row");
  }

  function show(name, shown) {
    const found = row(name);
    if (found) {
      found.hidden = !shown;
    }
  }

  function arrange() {
    const asked = ASKED[form.elements.freq.value] ?? [];
    ALL.forEach((name) => show(name, asked.includes(name)));
    const ending = form.querySelector('input[name="ending"]:checked')?.value;
    show("last_on", ending === "day");
    show("times", ending === "times");
  }

  async function refresh() {
    const mine = ++turn;
    const data = new FormData(form);
    data.delete("image");
    data.delete("file");
    try {
      const answer = await fetch(dates.dataset.url, { method: "POST", body: data });
      if (mine === turn && answer.ok && !answer.redirected) {
        dates.innerHTML = await answer.text();
      }
    } catch {
      // Without a network the form still works; the list comes back with it.
    }
  }

  function later() {
    arrange();
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  arrange();
  refresh();
});
