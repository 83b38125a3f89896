//! What a browser notices beside the page: what it was asked for, and what it complained of; and
//! how it shows a page: in light, in dark, on paper.

use std::path::Path;

use serde_json::{Value, json};

use super::driver::{Browser, from_base64};

impl Browser {
    /// Opens a file, perhaps at a place in it, as somebody would who was sent it.
    pub(super) fn open_file(&self, path: &Path, fragment: &str) {
        // From a page to the same with another fragment, nothing would be loaded.
        self.ask("POST", "/url", &json!({ "url": "about:blank" }));
        self.forget();
        let url = format!("file://{}{fragment}", path.display());
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.ask("POST", "/se/log", &json!({ "type": kind }));
        log.as_array().unwrap().clone()
    }

    fn forget(&self) {
        self.log("browser");
        self.log("performance");
    }

    /// What it complained of since the file was opened: faults of scripts, and what the page's
    /// policy forbade.
    pub(super) fn complaints(&self) -> Vec<String> {
        let log = self.log("browser");
        let lines = log.iter().map(|entry| entry["message"].to_string());
        lines.collect()
    }

    /// The addresses that were asked for since the file was opened.
    pub(super) fn requests(&self) -> Vec<String> {
        let log = self.log("performance");
        let events = log.iter().filter_map(|entry| {
            let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let event = &event["message"];
            let sent = event["method"] == "Network.requestWillBeSent";
            let url = event["params"]["request"]["url"].as_str()?;
            sent.then(|| url.to_owned())
        });
        events.collect()
    }

    /// Tells it something that no page can.
    pub(super) fn command(&self, name: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": name, "params": parameters });
        self.ask("POST", "/goog/cdp/execute", &body)
    }

    /// Shows pages in light or in dark.
    pub(super) fn scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.command(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// Shows pages as wide and high as that.
    pub(super) fn size(&self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    /// The page on paper: a PDF.
    pub(super) fn printed(&self) -> Vec<u8> {
        let paper = json!({ "page": { "width": 21.0, "height": 29.7 }, "background": false });
        let pdf = self.ask("POST", "/print", &paper);
        from_base64(pdf.as_str().unwrap())
    }

    /// Types, wherever the keyboard is: letters, or keys by the code points that WebDriver has for
    /// them.
    pub(super) fn type_keys(&self, keys: &str) {
        let keys = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [
                json!({"type": "keyDown", "value": key}),
                json!({"type": "keyUp", "value": key}),
            ]
        });
        let keys: Vec<Value> = keys.collect();
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": keys}]});
        self.ask("POST", "/actions", &actions);
    }
}
