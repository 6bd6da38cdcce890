package realtime

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// TestFrameBeforeTheAnswer: what a client says together with its handshake is
// heard, also when it is longer than a socket's buffer.
func TestFrameBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	for _, length := range []int{20, readBuffer + 100} {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			b := o.business(1)
			o.mu.Lock()
			o.actors = append(o.actors, b.owner)
			o.mu.Unlock()
			conn, err := net.Dial("tcp", strings.TrimPrefix(o.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(patience))
			// A final text frame with a 16-bit length, masked with zeros (RFC 6455
			// section 5.2).
			frame := append([]byte{0x81, 0x80 | 126, byte(length >> 8), byte(length), 0, 0, 0, 0}, bytes.Repeat([]byte("x"), length)...)
			if length < 126 {
				frame = append([]byte{0x81, 0x80 | byte(length), 0, 0, 0, 0}, bytes.Repeat([]byte("x"), length)...)
			}
			handshake := "GET /ws?as=0 HTTP/1.1\r\nHost: parley\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
			if _, err := conn.Write(append([]byte(handshake), frame...)); err != nil {
				t.Fatal(err)
			}
			r := bufio.NewReader(conn)
			var heard []byte
			for !bytes.Contains(heard, []byte(`"code":"bad_frame"`)) {
				c, err := r.ReadByte()
				if err != nil {
					t.Fatalf("%v after %q", err, heard)
				}
				heard = append(heard, c)
			}
		})
	}
}
