package whatsapp

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

func BenchmarkParseHook(b *testing.B) {
	for _, name := range []string{"message_text", "message_image", "message_interactive_list_reply_bsuid", "status_sent_cbp_service_opaque"} {
		body, err := os.ReadFile("testdata/hooks/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		var compact bytes.Buffer // as Meta sends it
		if err := json.Compact(&compact, body); err != nil {
			b.Fatal(err)
		}
		body = compact.Bytes()
		d := newDriver()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := d.ParseHook(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
