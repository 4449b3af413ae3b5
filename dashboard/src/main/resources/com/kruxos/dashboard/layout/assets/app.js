// Enhancements: every page works without this script.
"use strict";

// Copy buttons are hidden unless scripts run.
for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.firstChild;
    const before = label.data;
    button.hidden = false;
    button.addEventListener("click", async () => {
        try {
            await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
            label.data = "Copied";
        } catch {
            getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
            label.data = "Selected";
        }
        setTimeout(() => { label.data = before; }, 2000);
    });
}

// A form with a typed confirmation: the button is disabled until the name matches. The server checks it again.
for (const form of document.querySelectorAll("form[data-confirm]")) {
    const field = form.elements[form.dataset.confirm];
    const button = form.querySelector("button");
    const update = () => { button.disabled = field.value.trim() !== field.dataset.expected; };
    field.addEventListener("input", update);
    update();
}

// Live regions: each event has the id of the element it replaces, and the new element as its data. Open details stay
// open, the focused element keeps the focus, and a region with selected text is not replaced.
const live = document.querySelector("[data-live]");
if (live) {
    const status = document.getElementById("live");
    const showStatus = (text, cssClass) => {
        status.textContent = text;
        status.className = "state " + cssClass;
        status.hidden = false;
    };
    const focusable = (region) => [...region.querySelectorAll("a, summary, [tabindex]")];
    const matches = (element) => (other) =>
        other.tagName === element.tagName && other.getAttribute("href") === element.getAttribute("href");

    const replace = (event) => {
        const before = document.getElementById(event.type);
        const selection = getSelection();
        if (!selection.isCollapsed && before.contains(selection.anchorNode)) {
            return;
        }
        const template = document.createElement("template");
        template.innerHTML = event.data;
        const after = template.content.firstElementChild;
        for (const details of before.querySelectorAll("details[open]")) {
            after.querySelector("#" + details.id)?.setAttribute("open", "");
        }
        const active = before.contains(document.activeElement) ? document.activeElement : null;
        const index = active === null ? -1 : focusable(before).filter(matches(active)).indexOf(active);
        before.replaceWith(after);
        if (active !== null) {
            const candidates = focusable(after).filter(matches(active));
            (candidates[index] ?? candidates[0])?.focus({ preventScroll: true });
        }
    };

    const source = new EventSource(live.dataset.live);
    for (const region of live.querySelectorAll("section[id]")) {
        source.addEventListener(region.id, replace);
    }
    source.onopen = () => showStatus("Live", "good");
    source.onerror = () => showStatus(
        source.readyState === EventSource.CLOSED ? "Not live. Reload the page" : "Not live. Reconnecting", "warn");
}
