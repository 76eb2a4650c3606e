import { render } from "preact";
import { App } from "./app";
import { loadConfig } from "./state/config";
import { connect } from "./state/services";
import { applyTheme } from "./state/theme";
import "./styles/base.css";
import "./styles/header.css";
import "./styles/lists.css";
import "./styles/pages.css";

applyTheme();
const root = document.getElementById("app")!;
loadConfig().then(
  (config) => {
    connect(config);
    render(<App />, root);
  },
  () => {
    root.textContent = "MoviesNow cannot read its configuration. Please load the page again in a moment.";
  },
);
