// Usage: node openapi_diff.js FOLDER PAIRS: the verdict of openapi-diff on each pair, as a JSON list.
// FOLDER is where `npm install openapi-diff` was run; PAIRS is a JSON list of [old, new].
const fs = require("fs");
const path = require("path");

const [folder, file] = process.argv.slice(2);
const differ = require(path.join(folder, "node_modules", "openapi-diff"));

async function verdict([old, renewed]) {
  const spec = (content, location) => ({ content: JSON.stringify(content), location, format: "openapi3" });
  try {
    const found = await differ.diffSpecs({
      sourceSpec: spec(old, "old.json"),
      destinationSpec: spec(renewed, "new.json"),
    });
    if (found.breakingDifferencesFound) return "breaking";
    if (found.unclassifiedDifferences.length) return "unsure";
    return found.nonBreakingDifferences.length ? "safe" : "same";
  } catch (error) {
    return "error";
  }
}

(async () => {
  const said = [];
  for (const pair of JSON.parse(fs.readFileSync(file, "utf8"))) said.push(await verdict(pair));
  process.stdout.write(JSON.stringify(said));
})();
