// One run of a program that tells of many mutants. The program forks at the start: the first of the two
// runs ahead, and forks once more at each condition that is about to have another value than a mutant
// would give it; that fork goes on as the mutant. All that they print or write goes to files of their
// own, and is compared with what the first wrote; then the second does what the program has to do.
#ifndef COROINLINE_SPLIT_H
#define COROINLINE_SPLIT_H

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace coroinline_broken
{

/// A loop that no longer ends may take memory, too.
inline void limitMemory()
{
    const rlimit Most = {rlim_t(6) << 30, rlim_t(6) << 30};
    setrlimit(RLIMIT_AS, &Most);
}

class Split
{
  public:
    /// Of the file with the mutants, one "7=1" a line; what the program keeps open for itself is Kept.
    /// A mutant that does something else leaves the file, unless its line ends in "all". Comes back in the fork that runs ahead, and, when all have ended, in the one that stays.
    void start(const std::string &List, int Kept)
    {
        // The linker runs passes in several threads, which do not come along.
        const char *Program = std::strrchr(program_invocation_name, '/');
        if (std::strstr(Program ? Program : program_invocation_name, "ld"))
            return;
        std::vector<std::string> Lines;
        std::ifstream File(List);
        for (std::string Line; std::getline(File, Line); Lines.push_back(Line))
            at(Wanted, Line) = true;
        CanTry = true;
        const char *Temporary = std::getenv("TMPDIR");
        Folder = std::string(Temporary ? Temporary : "/tmp") + "/split-XXXXXX";
        if (Lines.empty() || !mkdtemp(&Folder[0]))
            return;
        this->Kept = Kept;
        const off_t Input = keepInput();
        // Who runs ahead may rename or erase what is open here.
        std::vector<std::string> Paths;
        for (int Fd : outputs())
            if (std::string Path = pathOf(Fd); !Path.empty())
                if (!link(Path.c_str(), (Path + ".kept").c_str()))
                    Paths.push_back(Path);
        std::fflush(nullptr);
        const pid_t Ahead = fork();
        if (Ahead == 0) {
            IsAhead = true;
            unsetenv("COROINLINE_SPLIT");
            takeOutputs("whole");
            return;
        }
        int Status = -1;
        if (Ahead > 0)
            waitpid(Ahead, &Status, 0);
        if (Input >= 0)
            lseek(0, Input, SEEK_SET);
        for (const std::string &Path : Paths) {
            unlink(Path.c_str());
            rename((Path + ".kept").c_str(), Path.c_str());
        }
        compare(Status);
        // At once: the next program of a pipe may be reading it.
        const std::string New = List + std::to_string(getpid());
        std::ofstream Left(New);
        for (const std::string &Line : Lines)
            if (at(Same, Line) || !at(Tried, Line) || Line.find("all") != Line.npos)
                Left << Line << "\n";
        Left.close();
        rename(New.c_str(), List.c_str());
    }

    /// Whether this is the fork that is there for the mutants' sake alone.
    bool isAhead() const
    {
        return IsAhead;
    }

    /// Whether a test of this run is to be asked about the mutant whose condition it has reached.
    bool mayTell(unsigned Number, bool Value) const
    {
        return !CanTry || (Wanted[Number][Value] && !Same[Number][Value]);
    }

    /// Ahead of a condition that is about to have the other value: whether to go on as the mutant.
    bool isMutant(unsigned Number, bool Value)
    {
        if (!IsAhead || !Wanted[Number][Value])
            return false;
        Wanted[Number][Value] = false;
        takeOutputs("whole");
        std::fflush(nullptr);
        const std::string Name = std::to_string(Number) + "=" + std::to_string(Value);
        const pid_t Mutant = fork();
        if (Mutant == 0) {
            IsAhead = false;
            Taken.clear();
            takeOutputs(Name);
            limitMemory();
            const rlimit Seconds = {10, 10}, Bytes = {1 << 26, 1 << 26};
            setrlimit(RLIMIT_CPU, &Seconds);
            setrlimit(RLIMIT_FSIZE, &Bytes);
            // No stack trace, and no file that is removed.
            for (int Signal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP})
                std::signal(Signal, SIG_DFL);
            return true;
        }
        int Status = -1;
        if (Mutant > 0)
            waitpid(Mutant, &Status, 0);
        for (const std::string &Path : Erasable)
            if (access(Path.c_str(), F_OK))
                close(open(Path.c_str(), O_WRONLY | O_CREAT, 0666));
        std::ofstream(Folder + "/mutants", std::ios::app) << Name << " " << Status << "\n";
        return false;
    }

  private:
    using Marks = bool[1 << 16][2];

    static bool &at(Marks &Of, const std::string &Mutant)
    {
        return Of[std::atoi(Mutant.c_str())][Mutant[Mutant.find('=') + 1] == '1'];
    }

    /// What comes through a pipe can be read once only. Gives where the input is, if that can be set.
    static off_t keepInput()
    {
        struct stat Is;
        if (fstat(0, &Is))
            return -1;
        if (S_ISFIFO(Is.st_mode)) {
            const int All = memfd_create("input", 0);
            char Some[1 << 16];
            for (ssize_t Size; (Size = read(0, Some, sizeof Some)) > 0;)
                if (write(All, Some, Size) != Size)
                    std::abort();
            // For reading alone: it is no output.
            const int Kept = open(("/proc/self/fd/" + std::to_string(All)).c_str(), O_RDONLY);
            dup2(Kept, 0);
            close(Kept);
            close(All);
        }
        return lseek(0, 0, SEEK_CUR);
    }

    std::vector<int> outputs() const
    {
        std::vector<int> Found;
        DIR *All = opendir("/proc/self/fd");
        while (dirent *Each = readdir(All)) {
            const int Fd = std::atoi(Each->d_name);
            struct stat Is;
            if (*Each->d_name != '.' && Fd != Kept && !fstat(Fd, &Is) &&
                (fcntl(Fd, F_GETFL) & O_ACCMODE) != O_RDONLY &&
                (S_ISREG(Is.st_mode) || S_ISFIFO(Is.st_mode)))
                Found.push_back(Fd);
        }
        closedir(All);
        return Found;
    }

    static std::string pathOf(int Fd)
    {
        char Path[4096];
        const std::string Link = "/proc/self/fd/" + std::to_string(Fd);
        const ssize_t Size = readlink(Link.c_str(), Path, sizeof Path);
        return Size > 0 && *Path == '/' ? std::string(Path, Size) : std::string();
    }

    /// Leads what is written from now on to files of ours, which begin with what has been written.
    void takeOutputs(const std::string &Name)
    {
        std::map<std::pair<dev_t, ino_t>, int> Files;
        for (int Fd : outputs()) {
            struct stat Is;
            fstat(Fd, &Is);
            const std::pair<dev_t, ino_t> File(Is.st_dev, Is.st_ino);
            if (auto Known = Taken.find(Fd); Known != Taken.end() && Known->second == File)
                continue;
            auto [Own, IsNew] = Files.try_emplace(File);
            if (IsNew) {
                const std::string Path = Folder + "/" + Name + "." + std::to_string(Fd);
                Own->second = open(Path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
                if (S_ISREG(Is.st_mode)) {
                    const std::string Was = pathOf(Fd);
                    std::ifstream From(Was, std::ios::binary);
                    std::ofstream(Path, std::ios::binary) << From.rdbuf();
                    lseek(Own->second, lseek(Fd, 0, SEEK_CUR), SEEK_SET);
                    if (IsAhead)
                        Erasable.push_back(Was);
                }
            }
            dup2(Own->second, Fd);
            fstat(Fd, &Is);
            Taken[Fd] = {Is.st_dev, Is.st_ino};
        }
        for (const auto &File : Files)
            close(File.second);
    }

    /// Of what the first fork has left.
    void compare(int WholeStatus)
    {
        std::map<std::string, std::map<std::string, std::string>> Written; // mutant, fd
        DIR *All = opendir(Folder.c_str());
        while (dirent *Each = readdir(All)) {
            const std::string Name = Each->d_name;
            if (Name == "." || Name == "..")
                continue;
            const size_t Dot = Name.find('.');
            std::ifstream File(Folder + "/" + Name, std::ios::binary);
            if (Dot != Name.npos)
                Written[Name.substr(0, Dot)][Name.substr(Dot)].assign(
                    std::istreambuf_iterator<char>(File), {});
        }
        std::ifstream Mutants(Folder + "/mutants");
        int Status;
        const auto &Whole = Written["whole"];
        for (std::string Name; Mutants >> Name >> Status;) {
            const auto &Own = Written[Name];
            // What had been closed before is missing.
            at(Tried, Name) = true;
            at(Same, Name) = Status == WholeStatus &&
                             std::includes(Whole.begin(), Whole.end(), Own.begin(), Own.end());
        }
        rewinddir(All);
        while (dirent *Each = readdir(All))
            unlink((Folder + "/" + Each->d_name).c_str());
        closedir(All);
        rmdir(Folder.c_str());
    }

    Marks Wanted = {}, Tried = {}, Same = {};
    bool CanTry = false, IsAhead = false;
    int Kept = -1;
    std::string Folder;
    std::map<int, std::pair<dev_t, ino_t>> Taken; // our files, by their numbers
    std::vector<std::string> Erasable;
};

} // namespace coroinline_broken

#endif
