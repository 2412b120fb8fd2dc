/* The form of a meeting: asks the server, while one types, whether that is enough. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("consultationmeeting_form");
  const last = form?.elements.other;
  const url = document.querySelector("[data-tally-url]")?.dataset.tallyUrl;
  if (!last || !url) {
    return;
  }
  const box = document.createElement("div");
  box.className = "by by-tally-box";
  box.setAttribute("role", "status");
  (last.closest("fieldset") ?? last.parentElement).append(box);
  const NAMES = [
    "hamlet", "team", "form", "ballot_team", "matter", "notice_on", "held_on", "households",
    "represented", "agree", "disagree", "other", "minutes",
  ];
  const file = form.elements.minutes_file;
  const placed = document.querySelector("[data-tally-url]").dataset;
  let timer = 0;
  let asked = 0;

  function sum(name) {
    const cells = [...form.querySelectorAll(`input[name^="clusters-"][name$="-${name}"]`)]
      .filter((cell) => !cell.name.includes("__prefix__"));
    const kept = cells.filter((cell) => !form.elements[cell.name.replace(name, "DELETE")]?.checked);
    return [kept.length, kept.reduce((total, cell) => total + (Number(cell.value) || 0), 0)];
  }

  async function refresh() {
    const turn = ++asked;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    NAMES.forEach((name) => data.set(name, form.elements[name]?.value ?? placed[name] ?? ""));
    data.set("has_paper", file?.files.length || placed.hasPaper ? "on" : "");
    const [clusters] = sum("represented");
    data.set("clusters", clusters);
    if (clusters) {
      ["represented", "agree", "disagree", "other"].forEach((name) => data.set(name, sum(name)[1]));
    }
    try {
      const answer = await fetch(url, { method: "POST", body: data });
      if (turn === asked && answer.ok && !answer.redirected) {
        box.innerHTML = await answer.text();
      }
    } catch {
      // Without a network the form still works; the words come back with it.
    }
  }

  // Only ballots and online votes are taken by a team.
  const team = form.elements.ballot_team;
  function showTeam() {
    const row = team?.closest(".field-ballot_team");
    if (row) {
      row.hidden = form.elements.form.value === "meeting" && !team.value;
      row.classList.toggle("by-blank", row.hidden);
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("change", showTeam);
  showTeam();
  window.django?.jQuery?.(form).on("change", () => { showTeam(); later(); });
  refresh();
});
