// node lighthouse.mjs FOLDER-OF-NODE-MODULES CHROMIUM ADDRESS: what Lighthouse measures, as JSON.
import { createRequire } from "module";
import { pathToFileURL } from "url";

const [folder, chromePath, address] = process.argv.slice(2);
const require = createRequire(`${folder}/none.js`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const chromeFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]
    .concat(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
const chrome = await launch({ chromePath, chromeFlags });
const options = { port: chrome.port, output: "json", logLevel: "silent" };
const { lhr } = await lighthouse(address, { ...options, onlyCategories: ["performance"] });
await chrome.kill();
const value = (name) => lhr.audits[name].numericValue;
console.log(JSON.stringify({
    lcp: value("largest-contentful-paint"),
    cls: value("cumulative-layout-shift"),
    tbt: value("total-blocking-time"),
}));
