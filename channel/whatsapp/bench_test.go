package whatsapp

import (
	"os"
	"testing"
)

func BenchmarkParseHook(b *testing.B) {
	for _, name := range []string{"message_text", "message_image", "message_interactive_list_reply_bsuid", "status_sent_cbp_service_opaque"} {
		body, err := os.ReadFile("testdata/hooks/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		d := newDriver()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.ParseHook(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
