package store

import (
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// deafness ends connections on which what was sent is not acknowledged for so long.
// Probes do not see these: they are sent only while nothing else is.
func deafness(after time.Duration) func(network, address string, c syscall.RawConn) error {
	return func(network, _ string, c syscall.RawConn) (err error) {
		if !strings.HasPrefix(network, "tcp") {
			return nil
		}
		if failed := c.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(after.Milliseconds()))
		}); failed != nil {
			return failed
		}
		return err
	}
}
