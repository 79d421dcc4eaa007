//! Drives a client for kintone-conformance, over kc/1. It passes values; it encodes and checks nothing.
use serde_json::{json, Value};
use std::io::{stdin, stdout, Write};

// ---- Your SDK: use it here, in place of this stand-in ----
#[derive(Debug)]
enum SdkError {
    Kintone { message: String, code: String, id: String },
    Other(String),
}

fn other(error: impl std::fmt::Display) -> SdkError {
    SdkError::Other(error.to_string())
}

fn get_record(base_url: &str, token: &str, guest_space_id: Option<u64>, app: &Value, id: &Value) -> Result<(), SdkError> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(other("a token is printable ASCII"));
    }
    let lower = base_url.to_ascii_lowercase();
    if lower.starts_with("http://") && !["http://localhost:", "http://127.0.0.1:"].iter().any(|own| lower.starts_with(own)) {
        return Err(other("credentials are not sent over plain http"));
    }
    let root = match guest_space_id {
        None => "/k/v1".to_owned(),
        Some(0) => return Err(other("a guest space has a positive id")),
        Some(guest) => format!("/k/guest/{guest}/v1"),
    };
    let url = format!("{}{root}/record.json?app={app}&id={id}", base_url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/'));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let mut answer = agent.get(&url).header("X-Cybozu-API-Token", token).call().map_err(other)?;
    let text = answer.body_mut().read_to_string().map_err(other)?;
    let body: Value = serde_json::from_str(&text).map_err(other)?;
    if answer.status() == 200 {
        return Ok(());
    }
    let field = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Err(SdkError::Kintone { message: field("message"), code: field("code"), id: field("id") })
}
// ---- until here ----

fn hello() -> Value {
    json!({
        "protocol": 1,
        "sdk": {"name": "my-sdk", "version": "0.0.0", "language": "rust"},
        "supports": ["auth.token", "guest"], // what the SDK can do; all names: kintone-conformance names
        "calls": ["record.get"],             // each is made below
        "doors": ["loopback"],               // how it can be reached, best first
        "noGuest": [],                       // what your documentation calls "no guest space"
    })
}

/// What the SDK's methods take. Another parameter is answered with "unsupported", and never left out.
fn takes(api: &str) -> &[&str] {
    match api {
        "record.get" => &["app", "id"],
        _ => unreachable!("it is not declared"),
    }
}

fn outcome(message: &Value) -> Value {
    let (client, call) = (&message["client"], &message["call"]);
    let guest = client.get("guestSpaceId").map(Value::as_u64);
    if guest == Some(None) {
        return json!({"outcome": "unsupported", "reason": "a guest space id is a u64"});
    }
    let base_url = client["baseUrl"].as_str().expect("a URL");
    let token = client["auth"]["tokens"][0].as_str().expect("a token");
    let (api, params) = (call["api"].as_str().expect("a name"), &call["params"]);
    let given = params.as_object().expect("an object").keys().map(String::as_str);
    let others: Vec<&str> = given.filter(|name| !takes(api).contains(name)).collect();
    if !others.is_empty() {
        return json!({"outcome": "unsupported", "reason": format!("{api} does not take {}", others.join(", "))});
    }
    let came = match api {
        "record.get" => get_record(base_url, token, guest.flatten(), &params["app"], &params["id"]),
        _ => unreachable!("it is not declared"),
    };
    match came {
        Ok(()) => json!({"outcome": "sent"}),
        Err(error) => {
            let mut told = json!({"type": "SdkError", "text": format!("{error:?}")});
            match error {
                SdkError::Kintone { message, code, id } => (told["message"], told["code"], told["id"]) = (json!(message), json!(code), json!(id)),
                SdkError::Other(message) => told["message"] = json!(message),
            }
            json!({"outcome": "refused", "error": told})
        }
    }
}

fn main() {
    for line in stdin().lines() {
        let message: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        let mut answer = if message["op"] == "hello" { hello() } else { outcome(&message) };
        answer["id"] = message["id"].clone();
        println!("{answer}");
        stdout().flush().expect("standard output");
    }
}
