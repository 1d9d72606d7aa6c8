#include "gateway/reference_page.hpp"

#include "gateway/reference_guide.hpp"

namespace mohur::gateway {

namespace {

constexpr std::string_view kHead = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mohur API reference</title>
<style>
  :root { --ink: #1d1f23; --soft: #62666d; --line: #e4e0d6; --paper: #fffdf8; --gold: #8a6300; --code: #f6f2e7;
          --panel: #22252b; --panel-ink: #e8e6df; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e9e7e1; --soft: #a2a5ab; --line: #34373d; --paper: #17191d; --gold: #e3b95b; --code: #25282e;
            --panel: #101216; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
         display: grid; grid-template-columns: 15rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem;
        border-right: 1px solid var(--line); font-size: 13.5px; }
  nav h2 { font-size: 12px; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.2rem 0 .3rem; }
  nav a { display: block; padding: .12rem 0; color: inherit; text-decoration: none; }
  nav a:hover, nav a:focus { color: var(--gold); text-decoration: underline; }
  main { padding: 1.5rem 2rem 6rem; max-width: 78rem; }
  h1 { font-size: 1.7rem; margin: .2rem 0; }
  section { border-top: 1px solid var(--line); margin-top: 2.2rem; padding-top: 1.2rem;
            display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; }
  section > h2 { grid-column: 1 / -1; font-size: 1.15rem; margin: 0 0 .2rem; }
  .where { grid-column: 1 / -1; font-family: ui-monospace, monospace; font-size: 13.5px; margin-bottom: .6rem; }
  .verb { font-weight: 700; color: var(--gold); text-transform: uppercase; margin-right: .5rem; }
  code { background: var(--code); border-radius: 4px; padding: .05em .3em; font-size: .92em; }
  pre { background: var(--panel); color: var(--panel-ink); border-radius: 8px; padding: .8rem 1rem;
        overflow: auto; font-size: 12.5px; line-height: 1.5; margin: .3rem 0 1rem; }
  h3 { font-size: 13px; color: var(--soft); margin: .9rem 0 .2rem; }
  dl { margin: 0; }
  dt { font-family: ui-monospace, monospace; font-size: 13px; margin-top: .45rem; }
  dt small { color: var(--soft); }
  dt b { color: var(--gold); font-weight: 600; }
  dd { margin: 0; color: var(--soft); font-size: 13.5px; }
  article { border-top: 1px solid var(--line); margin-top: 1.6rem; padding-top: .6rem; max-width: 52rem; }
  article h2 { font-size: 1.15rem; margin: .2rem 0; }
  table { border-collapse: collapse; font-size: 13.5px; }
  td, th { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }
  .refusals a { font-size: 13px; margin-right: .7rem; white-space: nowrap; color: inherit; }
  a { color: var(--gold); }
  @media (max-width: 60rem) {
    body, section { display: block; }
    nav { position: static; height: auto; border: 0; }
    main { padding: 1rem; }
  }
</style>
<nav aria-label="Contents"></nav>
<main>
  <h1>Mohur API reference</h1>
  <p id="about"></p>
  <p>Made of <a href="/openapi.json">/openapi.json</a>, which is made of the table that the server routes by.
     Every refusal is a problem document with a <code>token</code>: <a href="/problems">all problems</a>.</p>
  <noscript><p>The endpoints are shown with JavaScript. All of it is in <a href="/openapi.json">/openapi.json</a>.</p></noscript>
)html";

constexpr std::string_view kScript = R"html(
</main>
<script>
"use strict";
const make = (name, text = "", properties = {}) =>
  Object.assign(document.createElement(name), { textContent: text }, properties);
const pretty = value => JSON.stringify(value, null, 2);
const nounOf = path => !path.startsWith("/v1/") ? "about this API"
  : path.slice(4).replace(/^(admin|sandbox)\//, "$1: ").split("/")[0].replaceAll("_", " ");

function typeOf(schema, api) {
  if (schema.$ref) return typeOf(api.components.schemas[schema.$ref.split("/").pop()], api);
  if (schema.anyOf) return typeOf(schema.anyOf[0], api);
  if (schema.oneOf) return "one of the objects";
  if (schema.enum) return schema.enum.join(" | ");
  const type = [].concat(schema.type).filter(each => each !== "null").join(" or ");
  if (type === "integer" && schema.maximum) return `${schema.minimum} to ${schema.maximum}`;
  return type === "array" ? "list of " + typeOf(schema.items, api) : schema.format ? `${type}, ${schema.format}` : type;
}

function fieldsOf(schema, api, list) {
  const real = schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;
  for (const [name, field] of Object.entries(real.properties ?? {})) {
    const term = make("dt", name + " ");
    term.append(make("small", typeOf(field, api)));
    if (real.required?.includes(name)) term.append(" ", make("b", "required"));
    list.append(term, make("dd", field.description ?? ""));
  }
  return list;
}

function show(path, verb, operation, api) {
  const section = make("section", "", { id: operation.operationId });
  section.append(make("h2", operation.summary));
  const where = make("div", "", { className: "where" });
  where.append(make("span", verb, { className: "verb" }), path);
  section.append(where);
  const told = make("div"), shown = make("div");
  if (operation["x-permission"])
    told.append(make("p", `Of the operator's people: needs the permission ${operation["x-permission"]}.`));
  if (operation["x-scope"]) told.append(make("p", `Needs the scope ${operation["x-scope"]}.`));
  if (operation["x-policy-clause"]) told.append(make("p", `Stands for policy clause ${operation["x-policy-clause"]}.`));
  if (operation.parameters.length) {
    const list = make("dl");
    for (const each of operation.parameters) {
      const term = make("dt", each.name + " ");
      term.append(make("small", `${each.in}, ${typeOf(each.schema, api)}`));
      if (each.required) term.append(" ", make("b", "required"));
      list.append(term, make("dd", each.description));
    }
    told.append(make("h3", "Parameters"), list);
  }
  const body = operation.requestBody?.content["application/json"];
  if (body) told.append(make("h3", "Body"), fieldsOf(body.schema, api, make("dl")));
  const refusals = make("p", "", { className: "refusals" });
  shown.append(make("h3", "Request"), make("pre", operation["x-codeSamples"][0].source));
  for (const [status, answer] of Object.entries(operation.responses)) {
    const json = answer.content?.["application/json"];
    if (json?.example) shown.append(make("h3", `Answer ${status}`), make("pre", pretty(json.example)));
    if (json?.schema) {
      const item = json.schema.properties?.data?.items ?? json.schema;
      const details = make("details");
      details.append(make("summary", "Fields of the answer"), fieldsOf(item, api, make("dl")));
      told.append(details);
    }
    for (const token of Object.keys(answer.content?.["application/problem+json"]?.examples ?? {}))
      refusals.append(make("a", `${status} ${token}`, { href: "/problems/" + token }), " ");
  }
  told.append(make("h3", "Refusals"), refusals);
  section.append(told, shown);
  return section;
}

for (const place of document.querySelectorAll(".here")) place.textContent = location.origin;
fetch("/openapi.json").then(answer => answer.json()).then(api => {
  document.getElementById("about").textContent = api.info.description;
  const nav = document.querySelector("nav"), main = document.querySelector("main");
  nav.append(make("h2", "in general"));
  for (const part of document.querySelectorAll("article"))
    nav.append(make("a", part.querySelector("h2").textContent, { href: "#" + part.id }));
  let noun = "";
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const [verb, operation] of Object.entries(operations)) {
      if (nounOf(path) !== noun) nav.append(make("h2", noun = nounOf(path)));
      nav.append(make("a", operation.summary, { href: "#" + operation.operationId }));
      main.append(show(path, verb, operation, api));
    }
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}).catch(error => document.querySelector("main").append(make("p", "The description could not be loaded: " + error)));
</script>
</html>
)html";

}  // namespace

std::string reference_page() {
  std::string page{kHead};
  return page.append(reference_guide()).append(kScript);
}

}  // namespace mohur::gateway
