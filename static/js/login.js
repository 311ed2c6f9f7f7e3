// Login pages: show a password while it is typed; say in French why a passkey was not read.
"use strict";

document.querySelectorAll("[data-reveal]").forEach((part) => {
  part.hidden = false;
  part.addEventListener("change", (event) => {
    const fields = part.closest("form").querySelectorAll("[type=password], [data-revealed]");
    fields.forEach((field) => {
      field.type = event.target.checked ? "text" : "password";
      field.toggleAttribute("data-revealed", event.target.checked);
    });
  });
});

// A password leaves the page as a password, so that browsers never keep it among typed texts.
document.addEventListener("submit", (event) => {
  event.target.querySelectorAll("[data-revealed]").forEach((field) => { field.type = "password"; });
});

const reasons = {
  NotAllowedError: "La clé n’a pas été lue : la demande a été annulée ou le délai est passé. Recommencez quand vous voulez.",
  InvalidStateError: "Cette clé est déjà enregistrée sur votre compte.",
  SecurityError: "Cette adresse ne permet pas les clés d’accès : il faut une connexion sécurisée (https).",
};
document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-error]");
  if (!place) return;
  event.preventDefault();
  place.textContent = reasons[event.detail.exception.name] || "La clé n’a pas pu être utilisée sur cet appareil.";
  place.hidden = false;
});
