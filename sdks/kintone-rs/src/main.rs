//! Drives the crate `kintone-rs` as published, over kc/1.
use std::collections::HashMap;
use std::error::Error;
use std::io::{stdin, stdout, Write};

use kintone_rs::KintoneAPIClient;
use serde_json::{json, Value};

fn number(value: &Value) -> Result<i32, &'static str> {
    value.as_i64().and_then(|id| i32::try_from(id).ok()).ok_or("an id is an i32")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// A text that lives as long as the process: the SDK's client borrows what it is made of.
fn kept(value: &Value) -> &'static str {
    text(value).to_owned().leak()
}

fn send(sdk: &KintoneAPIClient, api: &str, p: &Value) -> Result<Value, Value> {
    let unsupported = |reason| json!({"outcome": "unsupported", "reason": reason});
    let app = number(&p["app"]).map_err(unsupported)?;
    let came = match api {
        "record.get" => sdk.record.get_record(app, number(&p["id"]).map_err(unsupported)?),
        _ => sdk.record.get_records(
            app,
            p["query"].as_str().map(String::from),
            p["fields"].as_array().map(|all| all.iter().map(|each| text(each).to_owned()).collect()),
            p["totalCount"].as_bool().unwrap_or(false),
        ),
    };
    came.map_err(|error| refusal(error.as_ref()))
}

fn refusal(error: &dyn Error) -> Value {
    let mut printed = format!("{error}\n{error:?}");
    let mut cause = error.source();
    while let Some(each) = cause {
        printed += &format!("\n{each}\n{each:?}");
        cause = each.source();
    }
    let told = json!({"type": "Error", "message": error.to_string(), "text": printed});
    json!({"outcome": "refused", "error": told})
}

fn hello() -> Value {
    json!({
        "protocol": 1,
        "sdk": {"name": "kintone-rs", "version": "0.3.2", "language": "rust",
                "url": "https://github.com/koba04/kintone-rs"},
        "supports": ["auth.token", "handles"],
        "calls": ["record.get", "records.get"],
        "doors": ["loopback", "tls"],
        "noGuest": []
    })
}

fn main() {
    let mut clients: HashMap<u64, KintoneAPIClient> = HashMap::new();
    for line in stdin().lines() {
        let message: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        let id = message["id"].as_u64().expect("an id");
        let handle = message["handle"].as_u64().unwrap_or_default();
        let mut answer = match text(&message["op"]) {
            "hello" => hello(),
            "open" => {
                let client = &message["client"];
                let token = kept(&client["auth"]["tokens"][0]);
                clients.insert(id, KintoneAPIClient::new(kept(&client["baseUrl"]), token));
                json!({"handle": id})
            }
            "close" => {
                clients.remove(&handle);
                json!({"outcome": "sent"})
            }
            _ => match send(&clients[&handle], text(&message["call"]["api"]), &message["call"]["params"]) {
                Ok(_) => json!({"outcome": "sent"}),
                Err(answer) => answer,
            },
        };
        answer["id"] = json!(id);
        println!("{answer}");
        stdout().flush().expect("standard output");
    }
}
