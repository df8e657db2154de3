// What a C++ file can define, and what only looks like it.
#include <string>

namespace outer { namespace {
int hidden = 1;
} }

namespace a::b {
inline namespace v1 { void versioned() {} }
}
namespace short_name = a::b;

class Forward;
void prototype(int);
extern int elsewhere;

using Text = std::string;
template <typename T> using List = std::vector<T>;
constexpr int kLimit = 16;
static const char *const kNames[] = { "one", "two" };
thread_local int depth, *cursor;

/// A stack of things.
template <typename T>
class Stack : public Base<T> {
public:
	Stack() = default;
	Stack(const Stack &) = delete;
	explicit Stack(int n) : size_(n) {}
	virtual ~Stack() {}

	virtual void pure() = 0;
	int declared_only(int);

	// How many there are.
	int size() const noexcept { return size_; }

	bool operator==(const Stack &o) const { return size_ == o.size_; }
	void operator () (int n) {}
	operator bool() const { return size_ != 0; }
	operator const char *() const { return "stack"; }
	void *operator new[](size_t n) { return nullptr; }

	template <typename U>
	U as(U fallback) { return fallback; }

	static constexpr int kMax = 8;
	static int count;
	using value_type = T;
	typedef T *pointer;

	struct Iterator { T *at; };
	enum class Order { Up, Down };
	friend class Other;
	friend void swap(Stack &l, Stack &r) {}

private:
	int size_;
	void (*callback_)(int);
};

template <> class Stack<bool> { int bits() { return 0; } };
template <typename T> int Stack<T>::count = 0;
template <typename T>
int Stack<T>::declared_only(int n)
{
	struct Local { int x; };
	return n;
}

void a::b::Thing::run() const {}
Thing::~Thing() {}
Thing::operator int() const { return 1; }
int Thing::*Thing::member() { return nullptr; }
std::ostream &operator<<(std::ostream &o, const Thing &t) { return o; }
std::string operator"" _s(const char *p, size_t n) { return p; }
template <> int special<int>(int x) { return x; }
auto trailing() -> int { return 1; }
typedef void (Thing::*Method)(int);

template <typename T>
concept Sized = requires(T t) { t.size(); };

class API_EXPORT Widget final : public QObject {
	Q_OBJECT
	Q_PROPERTY(int width READ width)
public:
	Widget(int w) : w_(w) {}
	API_EXPORT static int create() { return 1; }
	int width() const API_NOEXCEPT { return w_; }
private:
	int w_;
};

API_BEGIN_NAMESPACE
union Word { int i; float f; };
enum { ANONYMOUS };
struct { int x; } unnamed;
auto lambda = [](int x) { return x + 1; };

extern "C" {
void c_function() {}
int c_variable;
}

TEST(Stack, IsEmpty) { EXPECT_EQ(1, 1); }

#if defined(FAST)
int speed() { return 2; }
#else
int speed() { return 1; }
#endif

int main() try {
	for (auto x : kNames)
		if (x == nullptr)
			throw 1;
	return 0;
} catch (...) {
	return 1;
}

struct Loose {
	void m() { };
	int o() const {};
	static int last;
};
Loose:: ~ Loose() {}

/* Modules: "export" and what names one are not shown to the parser. */
module;
export module shapes.round:core;
export import <vector>;
import std;

export int exported_alone(int a) { return a; }

export namespace shapes {
class Circle {
	double radius() const { return r; }
	double r;
};
}

export {
int in_the_block() { return 2; }

struct InTheBlock {
	void m() { in_the_block(); }
};
}

export template <class T> T identity(T t) { return t; }

module :private;
int module_count;
module::Type *no_module(module::Type *t) { return t; }
