// Two agents wrote in the same visit: what differs, both side by side, and the one to keep for each answer.
"use strict";

window.visitConflict = form => {
  const KINDS = ["pieces", "factures"];
  const TITLES = { pieces: "Températures et humidité", factures: "Factures et contrats" };

  function element(name, text, more = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    return Object.assign(made, more);
  }

  function differences(mine, theirs) {
    const lines = [];
    for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      // The day one says so is not an answer of the visit until it is over.
      if (/^(pieces|factures)-|^done_on$/.test(name) || (mine[name] ?? "") === (theirs[name] ?? "")) continue;
      lines.push({ name, label: labelOf(name), mine: shown(name, mine[name]), theirs: shown(name, theirs[name]) });
    }
    for (const kind of KINDS) {
      const [ours, others] = [told(kind, mine), told(kind, theirs)];
      if (ours !== others) lines.push({ name: kind, label: TITLES[kind], mine: ours, theirs: others });
    }
    return lines;
  }

  function labelOf(name) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    return field?.closest("fieldset")?.querySelector("legend")?.textContent || form.querySelector(`label[for="${field?.id}"]`)?.textContent.trim() || name;
  }

  function shown(name, value) {
    if (!value) return "rien";
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    if (field?.type === "radio") {
      const one = form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      return one ? form.querySelector(`label[for="${one.id}"]`).textContent : value;
    }
    if (field?.tagName === "SELECT") return [...field.options].find(one => one.value === value)?.text || value;
    return value === "on" ? "oui" : value;
  }

  function told(kind, content) {
    const lines = [];
    for (let rank = 0; rank < Number(content[`${kind}-total`] || 0); rank += 1) {
      const start = `${kind}-${rank}-`;
      const said = Object.entries(content).filter(([name, value]) => name.startsWith(start) && value && !/-(months)$/.test(name));
      if (said.some(([name]) => !/-(room)$/.test(name))) lines.push(said.map(([name, value]) => shown(name.replace(`-${rank}-`, "-0-"), value)).join(" · "));
    }
    return lines.join("\n") || "rien";
  }

  function choice(lines, answer, mine, keep) {
    const intro = element("p", `${answer.par} a enregistré cette visite ${answer.quand ? `(${answer.quand})` : ""} pendant votre saisie. Pour chaque réponse, gardez celle qui est juste.`, { className: "mb-2" });
    const table = document.createElement("table");
    table.className = "table";
    const head = table.createTHead().insertRow();
    for (const title of ["Réponse", "Sur cette tablette", "Dans le dossier"]) head.append(element("th", title, { scope: "col" }));
    const rows = table.createTBody();
    lines.forEach((line, rank) => {
      const row = rows.insertRow();
      row.append(element("th", line.label, { scope: "row" }));
      for (const side of ["mine", "theirs"]) {
        const cell = row.insertCell();
        const id = `choix-${rank}-${side}`;
        cell.append(element("input", "", { type: "radio", name: `choix-${rank}`, value: side, id, checked: side === "mine", className: "form-check-input" }), " ", element("label", line[side], { htmlFor: id, className: "visit-said-both" }));
      }
    });
    const button = element("button", "Garder ces choix", { type: "button", className: "btn btn-primary" });
    button.addEventListener("click", () => {
      const kept = { ...mine };
      lines.forEach((line, rank) => {
        if (table.querySelector(`[name="choix-${rank}"]:checked`).value === "mine") return;
        if (!KINDS.includes(line.name)) { kept[line.name] = answer.valeurs[line.name] ?? ""; return; }
        for (const name of Object.keys(kept)) if (name.startsWith(`${line.name}-`)) delete kept[name];
        for (const [name, value] of Object.entries(answer.valeurs)) if (name.startsWith(`${line.name}-`)) kept[name] = value;
      });
      keep(kept);
    });
    return [intro, table, button];
  }

  return { differences, choice };
};
