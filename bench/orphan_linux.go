package bench

import (
	"os/exec"
	"syscall"
)

// dieWithUs ends a child also when this process is killed.
func dieWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
