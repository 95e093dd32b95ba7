// SPDX-License-Identifier: Apache-2.0

// A `python3` for engine tests: it takes a tenth of the time in which Python itself starts, and each run of `pulumi`
// starts four.
//
// It asks warm.py for a fork where one will do, and ends as the fork does. All else is the next `python3` on PATH.
// SIGINT and SIGTERM are passed on to a fork, and it ends when this process does.
//
// TEST_PIP is a command of pip, which answers what is in the file TEST_PIP_ANSWER.
// TEST_WARM is the socket of warm.py.
package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	words := os.Args[1:]
	if strings.Join(words, " ") == "-m "+os.Getenv("TEST_PIP") {
		answer(os.Getenv("TEST_PIP_ANSWER"))
	}
	if socket := os.Getenv("TEST_WARM"); socket != "" && canBeFork(words) {
		become(socket)
	}
	python, err := next()
	require(err)
	require(syscall.Exec(python, append([]string{python}, words...), os.Environ()))
}

func answer(file string) {
	text, err := os.ReadFile(file)
	require(err)
	_, err = os.Stdout.Write(text)
	require(err)
	os.Exit(0)
}

func canBeFork(words []string) bool {
	isProgram := len(words) > 0 && filepath.Base(words[0]) == "pulumi-language-python-exec"
	return isProgram || slices.Contains(words, "pulumi.dynamic") || slices.Contains(words, "vocode_pulumi")
}

func next() (string, error) {
	program, err := os.Executable()
	require(err)
	own, err := os.Stat(program)
	require(err)
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		python := filepath.Join(folder, "python3")
		found, err := os.Stat(python)
		if err == nil && found.Mode()&0o111 != 0 && !os.SameFile(own, found) {
			return python, nil
		}
	}
	return "", errors.New("there is no other python3 on PATH")
}

func become(socket string) {
	connection, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: socket, Net: "unix"})
	require(err)
	folder, err := os.Getwd()
	require(err)
	order := []string{folder, strconv.Itoa(os.Getpid()), strconv.Itoa(len(os.Args))}
	order = append(append(order, os.Args...), os.Environ()...)
	text := strings.Join(order, "\x00")
	size := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	_, _, err = connection.WriteMsgUnix(size, syscall.UnixRights(0, 1, 2), nil)
	require(err)
	_, err = io.WriteString(connection, text)
	require(err)
	go passSignals(connection)
	var status uint32
	if binary.Read(connection, binary.BigEndian, &status) != nil {
		status = uint32(syscall.SIGKILL)
	}
	endAs(syscall.WaitStatus(status))
}

func passSignals(to io.Writer) {
	received := make(chan os.Signal, 8)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM)
	for one := range received {
		to.Write([]byte{byte(one.(syscall.Signal))})
	}
}

func endAs(status syscall.WaitStatus) {
	if status.Signaled() {
		signal.Reset(status.Signal())
		syscall.Kill(os.Getpid(), status.Signal())
		time.Sleep(time.Second)
	}
	os.Exit(status.ExitStatus())
}

func require(err error) {
	if err != nil {
		println("python3 of engine tests:", err.Error())
		os.Exit(1)
	}
}
