package realtime

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
)

// What clients say is short; what they hear is a change or two.
const (
	readBuffer  = 512
	writeBuffer = 2 << 10
)

// lean gives a connection smaller buffers than those that net/http lends it,
// which would be half of what an idle socket costs.
type lean struct{ http.ResponseWriter }

func (l lean) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, lent, err := http.NewResponseController(l.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	// A client may have said something before it was answered. Whoever takes the
	// connection looks for that in the buffer.
	said, _ := lent.Reader.Peek(lent.Reader.Buffered())
	said = bytes.Clone(said)
	r := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(said), conn), max(readBuffer, len(said)))
	if _, err := r.Peek(len(said)); err != nil {
		return nil, nil, err
	}
	return conn, bufio.NewReadWriter(r, bufio.NewWriterSize(conn, writeBuffer)), nil
}
