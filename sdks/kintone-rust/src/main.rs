//! Drives the crate `kintone` as published, over kc/1.
use std::collections::HashMap;
use std::error::Error;
use std::io::{stdin, stdout, Cursor, Read, Write};

use kintone::client::{Auth, KintoneClient, KintoneClientBuilder};
use kintone::error::ApiError;
use kintone::middleware::BasicAuthLayer;
use kintone::v1::{file, record};
use requests::{
    add_record, add_records, app_of, are_texts, create_cursor, decoded, delete_records, get_apps,
    get_records, in_bulk, number, text, texts, update_record, update_records,
};
use serde_json::{json, Value};

mod requests;

const CALLS: [&str; 14] = [
    "record.get", "record.add", "record.update", "records.get", "records.add", "records.update", "records.delete",
    "cursor.create", "cursor.get", "cursor.delete", "bulkRequest", "file.upload", "file.download",
    "apps.get",
];

const PARAMETERS: [&str; 10] = [
    "record.update.updateKey", "record.update.revision", "records.update.updateKey",
    "records.update.revision", "records.update.upsert", "records.delete.revisions",
    "bulkRequest.updateKey", "bulkRequest.revision", "bulkRequest.revisions", "bulkRequest.upsert",
];

fn send(sdk: &KintoneClient, api: &str, p: &Value) -> Result<(), ApiError> {
    match api {
        "record.get" => record::get_record(app_of(p), number(&p["id"])).send(sdk).map(drop),
        "record.add" => add_record(p).send(sdk).map(drop),
        "record.update" => update_record(p).send(sdk).map(drop),
        "records.get" => get_records(p).send(sdk).map(drop),
        "records.add" => add_records(p).send(sdk).map(drop),
        "records.update" => update_records(p).send(sdk).map(drop),
        "records.delete" => delete_records(p).send(sdk).map(drop),
        "cursor.create" => create_cursor(p).send(sdk).map(drop),
        "cursor.get" => record::get_records_by_cursor(text(&p["id"])).send(sdk).map(drop),
        "cursor.delete" => record::delete_cursor(text(&p["id"])).send(sdk).map(drop),
        "bulkRequest" => {
            let all = p["requests"].as_array().expect("requests").iter().map(in_bulk).collect();
            record::bulk_request(all).send(sdk).map(drop)
        }
        "file.upload" => {
            let content = Cursor::new(decoded(text(&p["contentBase64"])));
            let request = file::upload(text(&p["name"])).content_type("application/octet-stream");
            request.send(sdk, content).map(drop)
        }
        "file.download" => {
            let mut answer = file::download(text(&p["fileKey"])).send(sdk)?;
            answer.content.read_to_end(&mut Vec::new())?;
            Ok(())
        }
        "apps.get" => get_apps(p).send(sdk).map(drop),
        other => panic!("{other} is not declared"),
    }
}

fn open(client: &Value) -> Result<KintoneClient, &'static str> {
    let auth = &client["auth"];
    let auth = match (text(&auth["kind"]), auth["password"].as_str()) {
        ("password", Some(password)) => Auth::password(text(&auth["login"]).into(), password.into()),
        ("password", None) => return Err("a password is a String"),
        _ => Auth::api_tokens(texts(&auth["tokens"]).into_iter().map(String::from).collect()),
    };
    let basic = match &client["basic"] {
        Value::Null => BasicAuthLayer::disabled(),
        gate => BasicAuthLayer::enabled(text(&gate["user"]), text(&gate["password"])),
    };
    let mut builder = KintoneClientBuilder::new(text(&client["baseUrl"]), auth).layer(basic);
    if let Some(guest) = client.get("guestSpaceId") {
        builder = builder.guest_space_id(guest.as_u64().ok_or("guest_space_id is a u64")?);
    }
    Ok(builder.build())
}

fn refusal(error: ApiError) -> Value {
    let mut printed = format!("{error}\n{error:?}");
    let mut cause = error.source();
    while let Some(each) = cause {
        printed += &format!("\n{each}\n{each:?}");
        cause = each.source();
    }
    let mut told = json!({"type": "ApiError", "message": error.to_string(), "text": printed});
    if let ApiError::Kintone(kintone) = &error {
        told["code"] = json!(kintone.code);
        told["id"] = json!(kintone.id);
        told["message"] = json!(kintone.message);
    }
    json!({"outcome": "refused", "error": told})
}

fn hello() -> Value {
    json!({
        "protocol": 1,
        "sdk": {"name": "kintone (Rust)", "version": "0.6.2", "language": "rust",
                "url": "https://github.com/nojima/kintone-rust"},
        "supports": ["auth.password", "auth.token", "auth.token.many", "basic", "guest", "handles"],
        "calls": CALLS,
        "doors": ["loopback"],
        "noGuest": [],
        "parameters": PARAMETERS
    })
}

fn main() {
    let mut clients: HashMap<u64, KintoneClient> = HashMap::new();
    for line in stdin().lines() {
        let message: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        let id = number(&message["id"]);
        let mut answer = match text(&message["op"]) {
            "hello" => hello(),
            "open" => match open(&message["client"]) {
                Ok(client) => {
                    clients.insert(id, client);
                    json!({"handle": id})
                }
                Err(reason) => json!({"outcome": "unsupported", "reason": reason}),
            },
            "close" => {
                clients.remove(&number(&message["handle"]));
                json!({"outcome": "sent"})
            }
            _ if !are_texts(&message["call"]["params"]) => {
                json!({"outcome": "unsupported", "reason": "a field is a String or a Vec<String>"})
            }
            _ => {
                let sdk = &clients[&number(&message["handle"])];
                match send(sdk, text(&message["call"]["api"]), &message["call"]["params"]) {
                    Ok(()) => json!({"outcome": "sent"}),
                    Err(error) => refusal(error),
                }
            }
        };
        answer["id"] = json!(id);
        println!("{answer}");
        stdout().flush().expect("standard output");
    }
}
