package main

import "golang.org/x/sys/windows"

// freeSpace is what the disk of a folder has left for this user, in bytes.
func freeSpace(dir string) (free uint64, err error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	err = windows.GetDiskFreeSpaceEx(p, &free, nil, nil)
	return free, err
}
