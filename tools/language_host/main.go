// SPDX-License-Identifier: Apache-2.0

// A language host for the tests of uv and Poetry projects: the engine asks it to install what a program in
// Python needs, and to run the program.
//
// Pulumi's own host is in each release of Pulumi, but in no Go module. Which Python runs, and how uv,
// Poetry or pip install packages, decides Pulumi's package `toolchain`, as in Pulumi's own host. Of the
// options in Pulumi.yaml this one knows `toolchain` and `virtualenv`.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// The exit code of a program whose error was shown already.
const errorWasShown = 32

func main() {
	tracing := flag.String("tracing", "", "where traces go to")
	flag.Parse()
	logging.InitLogging(false, 0, false)
	cmdutil.InitTracing("pulumi-language-python", "pulumi-language-python", *tracing)
	if err := serve(flag.Arg(0), *tracing); err != nil {
		cmdutil.Exit(err)
	}
}

// Serve the engine at an address until it is gone.
func serve(engine, tracing string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	host := &host{engine: engine, tracing: tracing, executor: self + "-exec"}
	ctx, stop := context.WithCancel(context.Background())
	gone := make(chan bool)
	go func() {
		<-ctx.Done()
		close(gone)
	}()
	if err := rpcutil.Healthcheck(ctx, engine, 5*time.Minute, stop); err != nil {
		return err
	}
	served, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: gone,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d\n", served.Port)
	return <-served.Done
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine, tracing, executor string
}

// What installs the packages of a program, and starts its Python.
func chain(program *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	options := toolchain.PythonOptions{
		Root:       program.RootDirectory,
		ProgramDir: program.ProgramDirectory,
	}
	for name, value := range program.Options.AsMap() {
		switch text := fmt.Sprint(value); {
		case name == "virtualenv":
			options.Virtualenv = text
		case name == "toolchain" && text == "pip":
			options.Toolchain = toolchain.Pip
		case name == "toolchain" && text == "poetry":
			options.Toolchain = toolchain.Poetry
		case name == "toolchain" && text == "uv":
			options.Toolchain = toolchain.Uv
		default:
			return nil, fmt.Errorf("this language host does not know `%s: %s` in Pulumi.yaml: "+
				"install Pulumi (https://www.pulumi.com/docs/install/)", name, text)
		}
	}
	return toolchain.ResolveToolchain(options)
}

func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

func (*host) About(
	ctx context.Context, asked *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	tools, err := chain(asked.Info)
	if err != nil {
		return nil, err
	}
	python, err := tools.Command(ctx, "--version")
	if err != nil {
		return nil, err
	}
	printed, err := python.Output()
	if err != nil {
		return nil, err
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(printed)), "Python ")
	return &pulumirpc.AboutResponse{Executable: python.Path, Version: version}, nil
}

func (*host) InstallDependencies(
	asked *pulumirpc.InstallDependenciesRequest,
	to grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	tools, err := chain(asked.Info)
	if err != nil {
		return err
	}
	open, out, problems, err := rpcutil.MakeInstallDependenciesStreams(to, asked.IsTerminal)
	if err != nil {
		return err
	}
	defer open.Close()
	err = tools.InstallDependencies(
		to.Context(), asked.Directory, asked.UseLanguageVersionTools, true, out, problems)
	if err != nil {
		return err
	}
	return open.Close()
}

func (*host) GetProgramDependencies(
	ctx context.Context, asked *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	tools, err := chain(asked.Info)
	if err != nil {
		return nil, err
	}
	found, err := tools.ListPackages(ctx, asked.TransitiveDependencies)
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.GetProgramDependenciesResponse{}
	for _, one := range found {
		answer.Dependencies = append(answer.Dependencies,
			&pulumirpc.DependencyInfo{Name: one.Name, Version: one.Version})
	}
	return answer, nil
}

func (*host) GetRequiredPackages(
	ctx context.Context, asked *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	tools, err := chain(asked.Info)
	if err != nil {
		return nil, err
	}
	err = tools.EnsureVenv(ctx, asked.Info.ProgramDirectory, false, true, os.Stderr, os.Stderr)
	if err != nil {
		return nil, err
	}
	found, err := installed(ctx, tools)
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.GetRequiredPackagesResponse{}
	for _, one := range found {
		needs, err := one.needs()
		if err != nil {
			return nil, err
		}
		if needs != nil {
			answer.Packages = append(answer.Packages, needs)
		}
	}
	return answer, nil
}

// A package of Python.
type pythonPackage struct{ Name, Version, Location string }

// The packages in the program's environment. Pip is not in those that uv and Poetry make.
func installed(ctx context.Context, tools toolchain.Toolchain) ([]pythonPackage, error) {
	environment, err := tools.VirtualEnvPath(ctx)
	if err != nil {
		return nil, err
	}
	var found []pythonPackage
	if environment == "" {
		list, err := tools.ModuleCommand(ctx, "pip", "list", "-v", "--format", "json")
		if err != nil {
			return nil, err
		}
		printed, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("pip list: %w", err)
		}
		// What follows the list is not JSON.
		err = json.NewDecoder(strings.NewReader(string(printed))).Decode(&found)
		return found, err
	}
	folders, err := filepath.Glob(
		filepath.Join(environment, "lib", "python*", "site-packages", "*.dist-info"))
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		name, rest, _ := strings.Cut(strings.TrimSuffix(filepath.Base(folder), ".dist-info"), "-")
		found = append(found,
			pythonPackage{Name: name, Version: rest, Location: filepath.Dir(folder)})
	}
	return found, nil
}

// The plugin that a package needs, by Pulumi's rules for packages in Python: what its pulumi-plugin.json
// says; without that file, a package whose name begins with pulumi- needs the plugin of the same name.
func (one pythonPackage) needs() (*pulumirpc.PackageDependency, error) {
	module := strings.ReplaceAll(one.Name, "-", "_")
	said, err := plugin.LoadPulumiPluginJSON(filepath.Join(one.Location, module, "pulumi-plugin.json"))
	ours, named := strings.CutPrefix(module, "pulumi_")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if !named || ours == "policy" {
			return nil, nil
		}
		said = &plugin.PulumiPluginJSON{Resource: true}
	case err != nil:
		return nil, err
	}
	if !said.Resource {
		return nil, nil
	}
	if said.Name == "" {
		said.Name = strings.ReplaceAll(ours, "_", "-")
	}
	if said.Version == "" {
		number, err := semver.ParseTolerant(strings.Replace(one.Version, ".dev", "+dev", 1))
		if err != nil {
			return nil, nil
		}
		said.Version = number.String()
	}
	return &pulumirpc.PackageDependency{
		Name: said.Name, Kind: "resource", Version: said.Version, Server: said.Server,
	}, nil
}

func (h *host) Run(
	ctx context.Context, asked *pulumirpc.RunRequest,
) (*pulumirpc.RunResponse, error) {
	tools, err := chain(asked.Info)
	if err != nil {
		return nil, err
	}
	if err := tools.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	command, err := tools.Command(ctx, h.words(asked)...)
	if err != nil {
		return nil, err
	}
	values := asked.Config
	if values == nil {
		values = map[string]string{}
	}
	config, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	secret, err := json.Marshal(append([]string{}, asked.ConfigSecretKeys...))
	if err != nil {
		return nil, err
	}
	command.Env = append(command.Environ(),
		"PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secret))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err = command.Run()
	var ended *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &ended) && ended.ExitCode() == errorWasShown:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &ended) && ended.Exited():
		said := fmt.Sprintf("program exited with non-zero exit code: %d", ended.ExitCode())
		return &pulumirpc.RunResponse{Error: said}, nil
	case errors.As(err, &ended):
		return &pulumirpc.RunResponse{Error: "program exited unexpectedly: " + err.Error()}, nil
	}
	return nil, err
}

// The command line of a program, after its Python.
func (h *host) words(asked *pulumirpc.RunRequest) []string {
	words := []string{h.executor}
	for _, one := range [][2]string{
		{"monitor", asked.MonitorAddress},
		{"engine", h.engine},
		{"project", asked.Project},
		{"root_directory", asked.Info.RootDirectory},
		{"stack", asked.Stack},
		{"pwd", asked.Pwd},
		{"dry_run", fmt.Sprint(asked.DryRun)},
		{"parallel", fmt.Sprint(asked.Parallel)},
		{"tracing", h.tracing},
		{"organization", asked.Organization},
	} {
		if one[1] != "" {
			words = append(words, "--"+one[0], one[1])
		}
	}
	return append(append(words, asked.Info.EntryPoint), asked.Args...)
}
