<?php
/* PHP: every kind of definition, and what only looks like one. */
declare(strict_types=1);

namespace App\Models;

use Foo\Bar as Baz;
use function Foo\helper;

const TOP = 1, NEXT = 2;
define('DEFINED', 3);
$global = 5;
$GLOBALS['x'] = 1;
$closure = function () use ($global) { $local = 1; };
$arrow = fn($x) => $x + 1;

/** Documented. */
function plain(int $a, string ...$rest): ?array
{
    static $calls = 0;
    $local = $a;
    $inner = function () use ($local) { return $local; };
    function nested() {}
    return [$inner];
}

abstract class Shape extends Base implements Drawable, \Countable
{
    use Colours, Sizes { Sizes::fit insteadof Colours; }

    const KIND = 'shape';
    public const ONE = 1, TWO = 2;
    private static ?int $count = 0, $other;
    public $name;
    var $old;

    // The constructor's comment.
    public function __construct(
        private readonly string $promoted,
        protected int $sides = 3,
    ) {
        $this->name = $promoted;
    }

    abstract protected function area(): float;

    final public static function &make(): static
    {
        return new class('x') extends Shape {
            public $inside;
            public function area(): float { return 0.0; }
        };
    }

    #[Route('/shapes')]
    public function list(): string
    {
        return <<<HTML
        function not_a_function() {}
        HTML;
    }
}

interface Drawable
{
    const DEPTH = 1;
    public function draw(Canvas $on): void;
}

trait Colours
{
    protected $colour = 'red';
    public function paint() {}
    abstract function brush();
}

enum Suit: string
{
    case Hearts = 'H';
    case Spades = 'S';
    const Wild = self::Spades;
    public function label(): string { return ucfirst($this->name); }
}

if (!function_exists('App\Models\conditional')) {
    function conditional() {}
}

final class ShapeTest extends TestCase
{
    public function testName(): void {}

    #[Test]
    public function it_has_sides(): void {}
}

$object = new class { public function method() {} };

namespace App\Other;

function in_other() {}
?>
<html>
<?php function in_html() { ?>
  <b>function no() {}</b>
<?php } ?>
</html>
<?php
function broken() { $x = ; }

class AfterTheError { public function method() {} }
