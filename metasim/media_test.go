package metasim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"
)

func uploadForm(t *testing.T, mime, name string, data []byte) (contentType string, body []byte) {
	t.Helper()
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	form.WriteField("messaging_product", "whatsapp")
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {mime},
	})
	if err != nil {
		t.Fatal(err)
	}
	part.Write(data)
	form.Close()
	return form.FormDataContentType(), buf.Bytes()
}

func (w *world) upload(mime string, data []byte) result {
	w.t.Helper()
	contentType, body := uploadForm(w.t, mime, "file", data)
	return w.do("POST", "/v24.0/"+phoneID+"/media", map[string]string{"Authorization": "Bearer " + token, "Content-Type": contentType}, body)
}

func (w *world) uploads(mime string, data []byte) string {
	w.t.Helper()
	res := w.upload(mime, data)
	if res.code != 200 {
		w.t.Fatalf("upload: %d %s", res.code, res.raw)
	}
	return dig[string](w.t, res.body, "id")
}

// path is the part of an address after the host.
func path(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}

func TestMediaLifeCycle(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		data := []byte("jpeg bytes")
		id := w.uploads("image/jpeg", data)
		object := func() result { return w.graph("GET", "/v24.0/"+id+"?phone_number_id="+phoneID, nil) }
		res := object()
		sum := sha256.Sum256(data)
		if res.code != 200 || res.body["mime_type"] != "image/jpeg" || res.body["sha256"] != hex.EncodeToString(sum[:]) || res.body["file_size"] != float64(len(data)) {
			t.Fatalf("object: got %d %s", res.code, res.raw)
		}
		address := dig[string](t, res.body, "url")
		if !strings.HasPrefix(address, "http://sim.test/") {
			t.Errorf("url: got %q", address)
		}
		if got := w.graph("GET", path(t, address), nil); got.code != 200 || !bytes.Equal(got.raw, data) || got.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("download: got %d %q", got.code, got.raw)
		}
		if got := w.do("GET", path(t, address), nil, nil); got.code != 401 {
			t.Errorf("download without a token: got %d", got.code)
		}
		w.move(4*time.Minute + 59*time.Second)
		if got := w.graph("GET", path(t, address), nil); got.code != 200 {
			t.Errorf("just before it expires: got %d", got.code)
		}
		w.move(5 * time.Minute)
		if got := w.graph("GET", path(t, address), nil); got.code != 404 {
			t.Errorf("expired: got %d", got.code)
		}
		if longer := strings.Replace(path(t, address), "&ext=1", "&ext=2", 1); w.graph("GET", longer, nil).code != 404 {
			t.Error("the expiry of an address could be changed")
		}
		if got := w.graph("GET", path(t, dig[string](t, object().body, "url")), nil); got.code != 200 {
			t.Errorf("asked again: got %d", got.code)
		}
		if got := w.graph("GET", "/v24.0/"+id+"?phone_number_id=1", nil); got.code != 400 {
			t.Errorf("another number's: got %d", got.code)
		}
		w.move(30 * 24 * time.Hour)
		if got := object(); got.code != 400 {
			t.Errorf("after 30 days: got %d", got.code)
		}
		w.move(0)
		if got := w.graph("DELETE", "/v24.0/"+id, nil); got.code != 200 || got.body["success"] != true {
			t.Errorf("delete: got %d %s", got.code, got.raw)
		}
		if got := object(); got.code != 400 {
			t.Errorf("deleted: got %d", got.code)
		}
	})
}

func TestUploadIsChecked(t *testing.T) {
	tests := []struct {
		name, mime string
		size       int
		code       float64
	}{
		{"picture", "image/png", 5 << 20, 0},
		{"picture too large", "image/png", 5<<20 + 1, 131053},
		{"audio with codec", "audio/ogg; codecs=opus", 100, 0},
		{"sticker too large", "image/webp", 500<<10 + 1, 131053},
		{"unknown type", "text/html", 10, 100},
		{"empty", "image/png", 0, 131053},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				res := w.upload(tt.mime, make([]byte, tt.size))
				if tt.code == 0 {
					if res.code != 200 {
						t.Errorf("got %d %s", res.code, res.raw)
					}
				} else if res.code != 400 || dig[float64](t, res.body, "error", "code") != tt.code {
					t.Errorf("got %d %s", res.code, res.raw)
				}
			})
		})
	}
}

func TestUploadTakesParametersFromTheQuery(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		var buf bytes.Buffer
		form := multipart.NewWriter(&buf)
		part, err := form.CreateFormFile("file", "photo.jpg") // application/octet-stream
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte("jpeg bytes"))
		form.Close()
		header := map[string]string{"Authorization": "Bearer " + token, "Content-Type": form.FormDataContentType()}
		address := "/v24.0/" + phoneID + "/media"
		if res := w.do("POST", address, header, buf.Bytes()); res.code != 400 {
			t.Errorf("without parameters: got %d %s", res.code, res.raw)
		}
		res := w.do("POST", address+"?messaging_product=whatsapp&type=image%2Fjpeg", header, buf.Bytes())
		if res.code != 200 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		if object := w.graph("GET", "/"+dig[string](t, res.body, "id"), nil); object.body["mime_type"] != "image/jpeg" {
			t.Errorf("got %s", object.raw)
		}
	})
}

func TestWrongKindOfFileFailsLater(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		id := w.sends(body("image", map[string]any{"id": w.uploads("video/mp4", []byte("x"))}))
		w.settle()
		got := w.statuses(id)
		if len(got) != 1 || dig[float64](t, got[0], "errors", 0, "code") != 131053 {
			t.Errorf("got %v", got)
		}
	})
}

func TestInboundMediaCanBeFetched(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		for _, kind := range []string{"image", "video", "audio", "document", "sticker"} {
			w.customerSends(jana, CustomerMessage{Type: kind})
			w.settle()
			list := w.inbound()
			media := dig[map[string]any](t, list[len(list)-1], kind)
			res := w.graph("GET", "/v24.0/"+media["id"].(string), nil)
			if res.code != 200 {
				t.Fatalf("%s: got %d %s", kind, res.code, res.raw)
			}
			for _, address := range []string{dig[string](t, res.body, "url"), media["url"].(string)} {
				file := w.graph("GET", path(t, address), nil)
				sum := sha256.Sum256(file.raw)
				if file.code != 200 || len(file.raw) < 500 || base64Of(sum[:]) != media["sha256"] {
					t.Errorf("%s: got %d, %d bytes", kind, file.code, len(file.raw))
				}
			}
			if kind == "audio" && media["voice"] != true {
				t.Errorf("a recorded sample is a voice note: %v", media)
			}
		}
		w.move(7 * 24 * time.Hour)
		id := dig[string](t, w.inbound()[0], "image", "id")
		if res := w.graph("GET", "/v24.0/"+id, nil); res.code != 400 {
			t.Errorf("after 7 days: got %d", res.code)
		}
	})
}

func TestOldestMediaGiveWay(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.MediaBytes = 1000 }, func(w *world) {
		first := w.uploads("image/png", make([]byte, 600))
		second := w.uploads("image/png", make([]byte, 600))
		if res := w.graph("GET", "/"+first, nil); res.code != 400 {
			t.Errorf("first: got %d", res.code)
		}
		if res := w.graph("GET", "/"+second, nil); res.code != 200 {
			t.Errorf("second: got %d", res.code)
		}
	})
}
