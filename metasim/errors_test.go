package metasim

import (
	"bytes"
	"mime/multipart"
	"net/textproto"
	"reflect"
	"strings"
	"testing"
)

// TestErrorsHaveMetasEnvelope compares whole bodies. fbtrace_id is random.
func TestErrorsHaveMetasEnvelope(t *testing.T) {
	long := strings.Repeat("ž", 4097)
	plain := func(code int, message string) map[string]any {
		return map[string]any{"message": message, "type": "OAuthException", "code": float64(code)}
	}
	detailed := func(code int, title, details string) map[string]any {
		e := plain(code, title)
		e["error_data"] = map[string]any{"messaging_product": "whatsapp", "details": details}
		return e
	}
	nowhere := func(method, id string) map[string]any {
		return map[string]any{
			"message": "Unsupported " + method + " request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, " +
				"or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
			"type": "GraphMethodException", "code": float64(100), "error_subcode": float64(33),
		}
	}
	tests := []struct {
		name   string
		auth   string
		path   string
		body   any
		status int
		want   map[string]any
	}{
		{"no token", "", phoneID + "/messages", message(text("x")), 401, plain(190, "An access token is required to request this resource.")},
		{"another token", "Bearer nonsense", phoneID + "/messages", message(text("x")), 401, plain(190, "Invalid OAuth access token - Cannot parse access token")},
		{"unknown number", "Bearer " + token, "999/messages", message(text("x")), 400, nowhere("post", "999")},
		{"unknown edge", "Bearer " + token, phoneID + "/mesages", message(text("x")), 400, plain(2500, "(#2500) Unknown path components: /mesages")},
		{"not JSON", "Bearer " + token, phoneID + "/messages", "{", 400, plain(100, "(#100) The body is not a JSON object.")},
		{"no product", "Bearer " + token, phoneID + "/messages", with(message(text("x")), "messaging_product", nil), 400,
			plain(100, "(#100) The parameter messaging_product is required.")},
		{"no recipient", "Bearer " + token, phoneID + "/messages", message(with(text("x"), "to", nil)), 400, plain(100, "(#100) The parameter to is required.")},
		{"text too long", "Bearer " + token, phoneID + "/messages", message(text(long)), 400,
			plain(100, "(#100) Param text['body'] must be at most 4096 characters long.")},
		{"not a number", "Bearer " + token, phoneID + "/messages", message(with(text("x"), "to", "Jana")), 400,
			detailed(131009, "(#131009) Parameter value is not valid", "Param to is not a valid phone number.")},
		{"a button's title too long", "Bearer " + token, phoneID + "/messages", message(interactive("button", buttons(strings.Repeat("x", 21)), nil)), 400,
			detailed(131009, "(#131009) Parameter value is not valid", "Button title length invalid. Min length: 1, Max length: 20")},
		{"unknown template", "Bearer " + token, phoneID + "/messages", message(templateBody("nothing_like_it", "sk")), 404,
			detailed(132001, "(#132001) Template name does not exist in the translation", "template name (nothing_like_it) does not exist in sk")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				if tt.body != nil {
					w.writes("Ahoj")
				}
				res := w.do("POST", "/v24.0/"+tt.path, map[string]string{"Authorization": tt.auth, "Content-Type": "application/json"}, tt.body)
				sameError(t, res, tt.status, tt.want)
			})
		})
	}
	for _, tt := range []struct {
		name, mime string
		size       int
		want       map[string]any
	}{
		{"media of a wrong type", "application/zip", 10, plain(100, "(#100) Param file must be a file with one of the following types: "+allMimes()+". Received file of type 'application/zip'.")},
		{"media too large", "image/png", 5<<20 + 1, detailed(131053, "(#131053) Media upload error", "File size of 5242881 bytes is over the limit of 5242880 bytes for image.")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				var body bytes.Buffer
				form := multipart.NewWriter(&body)
				form.WriteField("messaging_product", "whatsapp")
				part, _ := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="a"`}, "Content-Type": {tt.mime}})
				part.Write(make([]byte, tt.size))
				form.Close()
				res := w.do("POST", "/v24.0/"+phoneID+"/media", map[string]string{"Authorization": "Bearer " + token, "Content-Type": form.FormDataContentType()}, body.Bytes())
				sameError(t, res, 400, tt.want)
			})
		})
	}
}

func sameError(t *testing.T, res result, status int, want map[string]any) {
	t.Helper()
	got, _ := res.body["error"].(map[string]any)
	if trace, _ := got["fbtrace_id"].(string); len(trace) < 10 {
		t.Errorf("fbtrace_id: %q", trace)
	}
	delete(got, "fbtrace_id")
	if res.code != status || len(res.body) != 1 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %d %v\nwant %d %v", res.code, got, status, want)
	}
}
