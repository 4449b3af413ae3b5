// What pages gain where scripts run. Every page works without it.
"use strict";

// Copy buttons: hidden until there is somebody to serve them.
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

// A form that wants a name typed: its button stays off until the name is right. The server asks again.
for (const form of document.querySelectorAll("form[data-confirm]")) {
    const field = form.elements[form.dataset.confirm];
    const button = form.querySelector("button");
    const judge = () => { button.disabled = field.value.trim() !== field.dataset.expected; };
    field.addEventListener("input", judge);
    judge();
}

// Live parts: each event is named after the element it replaces and carries the new one. What the person opened stays
// open, what they were at keeps the focus, and what they are about to copy is left alone.
const live = document.querySelector("[data-live]");
if (live) {
    const sign = document.getElementById("live");
    const say = (text, look) => {
        sign.textContent = text;
        sign.className = "state " + look;
        sign.hidden = false;
    };
    const placesToBe = (part) => [...part.querySelectorAll("a, summary, [tabindex]")];
    const sameAs = (one) => (other) => other.tagName === one.tagName && other.getAttribute("href") === one.getAttribute("href");

    const replace = (event) => {
        const before = document.getElementById(event.type);
        const selection = getSelection();
        if (!selection.isCollapsed && before.contains(selection.anchorNode)) {
            return;
        }
        const box = document.createElement("template");
        box.innerHTML = event.data;
        const after = box.content.firstElementChild;
        for (const one of before.querySelectorAll("details[open]")) {
            after.querySelector("#" + one.id)?.setAttribute("open", "");
        }
        const active = before.contains(document.activeElement) ? document.activeElement : null;
        const nth = active === null ? -1 : placesToBe(before).filter(sameAs(active)).indexOf(active);
        before.replaceWith(after);
        if (active !== null) {
            const places = placesToBe(after).filter(sameAs(active));
            (places[nth] ?? places[0])?.focus({ preventScroll: true });
        }
    };

    const source = new EventSource(live.dataset.live);
    for (const part of live.querySelectorAll("section[id]")) {
        source.addEventListener(part.id, replace);
    }
    source.onopen = () => say("Live", "good");
    source.onerror = () => say(
        source.readyState === EventSource.CLOSED ? "Not live. Reload the page" : "Not live. Trying again", "warn");
}
