//go:build unix

package main

import "golang.org/x/sys/unix"

// freeSpace is what the disk of a folder has left for this user, in bytes.
func freeSpace(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}
