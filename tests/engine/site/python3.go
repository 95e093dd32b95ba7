// SPDX-License-Identifier: Apache-2.0

// A `python3` for engine tests: it takes a tenth of the time in which Python itself starts, and a run of a program
// starts up to five.
//
// It asks warm.py for a fork where one will do, and ends as the fork does; after a crash, with 128 and the number of
// the signal. All else is the next `python3` on PATH. SIGINT and SIGTERM are passed on to a fork, and it ends when this
// process does.
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
	python := ""
	for _, folder := range slices.Backward(filepath.SplitList(os.Getenv("PATH"))) {
		one := filepath.Join(folder, "python3")
		found, err := os.Stat(one)
		if err != nil || found.Mode()&0o111 == 0 {
			continue
		}
		if os.SameFile(own, found) {
			break
		}
		python = one
	}
	if python == "" {
		return "", errors.New("there is no other python3 later on PATH")
	}
	return python, nil
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
	if !status.Signaled() {
		os.Exit(status.ExitStatus())
	}
	number := status.Signal()
	if slices.Contains([]syscall.Signal{syscall.SIGKILL, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}, number) {
		signal.Reset(number)
		syscall.Kill(os.Getpid(), number)
		time.Sleep(time.Second)
	}
	os.Exit(128 + int(number))
}

func require(err error) {
	if err != nil {
		println("python3 of engine tests:", err.Error())
		os.Exit(1)
	}
}
