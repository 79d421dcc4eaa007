// Drives a client for kintone-conformance, over kc/1. It passes values; it encodes and checks nothing.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
)

// ---- Your SDK: import it here, in place of this stand-in ----
import (
	"net/http"
	"net/url"
	"regexp"
)

type SdkError struct{ Message, Code, Id string }

func (e SdkError) Error() string { return e.Message }

func getRecord(baseUrl, token string, guestSpaceId uint64, app, id any) error {
	if !regexp.MustCompile(`^[!-~]+$`).MatchString(token) {
		return fmt.Errorf("a token is printable ASCII")
	}
	base, err := url.Parse(baseUrl)
	if err != nil || base.Scheme == "http" && base.Hostname() != "localhost" && base.Hostname() != "127.0.0.1" {
		return fmt.Errorf("credentials are not sent over plain http")
	}
	root := "/k/v1"
	if guestSpaceId > 0 {
		root = fmt.Sprintf("/k/guest/%d/v1", guestSpaceId)
	}
	request, err := http.NewRequest("GET", fmt.Sprintf("%s://%s%s/record.json?app=%v&id=%v", base.Scheme, base.Host, root, app, id), nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-Cybozu-API-Token", token)
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := (&http.Client{CheckRedirect: noRedirect}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	failed := SdkError{}
	if err := json.NewDecoder(answer.Body).Decode(&failed); err != nil {
		return fmt.Errorf("HTTP %s without an answer of Kintone: %v", answer.Status, err)
	}
	if answer.StatusCode == 200 {
		return nil
	}
	return failed
}

// ---- until here ----

type object = map[string]any

var hello = object{
	"protocol": 1,
	"sdk":      object{"name": "my-sdk", "version": "0.0.0", "language": "go"},
	"supports": []string{"auth.token", "guest"}, // what the SDK can do; all names: kintone-conformance names
	"calls":    []string{"record.get"},          // each is made below
	"doors":    []string{"loopback", "tls"},     // how it can be reached, best first
	"noGuest":  []any{0},                        // what your documentation calls "no guest space"
}

// What the SDK's methods take. Another parameter is answered with "unsupported", and never left out.
var takes = map[string][]string{"record.get": {"app", "id"}}

func outcome(m object) object {
	client, call := m["client"].(object), m["call"].(object)
	given, isGiven := client["guestSpaceId"]
	guest, err := strconv.ParseUint(fmt.Sprint(given), 10, 64)
	if _, isNumber := given.(json.Number); isGiven && (!isNumber || err != nil) {
		return object{"outcome": "unsupported", "reason": "a guest space id is a uint64"}
	}
	baseUrl, token := client["baseUrl"].(string), client["auth"].(object)["tokens"].([]any)[0].(string)
	api, params := call["api"].(string), call["params"].(object)
	for name := range params {
		if !slices.Contains(takes[api], name) {
			return object{"outcome": "unsupported", "reason": api + " does not take " + name}
		}
	}
	err = nil
	switch api {
	case "record.get":
		err = getRecord(baseUrl, token, guest, params["app"], params["id"])
	}
	if err == nil {
		return object{"outcome": "sent"}
	}
	told := object{"type": fmt.Sprintf("%T", err), "text": fmt.Sprintf("%+v", err), "message": err.Error()}
	if failed, ok := err.(SdkError); ok {
		told["code"], told["id"] = failed.Code, failed.Id
	}
	return object{"outcome": "refused", "error": told}
}

func main() {
	lines, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr // what the SDK prints goes to standard error
	lines.UseNumber()
	for m := (object{}); lines.Decode(&m) == nil; m = (object{}) {
		answer := hello
		if m["op"] != "hello" {
			answer = outcome(m)
		}
		answer["id"] = m["id"]
		answers.Encode(answer)
	}
}
