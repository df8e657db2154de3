#import <Foundation/Foundation.h>
#define MAX_SIZE 10
@import UIKit;
@class Other;

typedef enum { Red, Green } Color;
typedef NS_ENUM(NSInteger, Kind) { KindA, KindB };

/** A shape. */
@protocol Shape <NSObject>
@property (nonatomic) double area;
- (void)drawAt:(Point)p color:(Color)c;
+ (instancetype)make;
@optional
- (BOOL)isBig;
@end

@interface Circle : NSObject <Shape> {
    int ivar;
}
@property (nonatomic, copy) NSString *name;
- (instancetype)initWithRadius:(double)r name:(NSString *)n;
+ (Circle *)unit;
@end

@interface Circle (Extra)
- (void)extra;
@end

@interface Circle ()
@property int hidden;
@end

@implementation Circle
@synthesize name = _name;

- (instancetype)initWithRadius:(double)r name:(NSString *)n {
    if ((self = [super init])) {
        _name = n;
        for (id x in @[@1]) { NSLog(@"%@", x); }
    }
    return self;
}

+ (Circle *)unit { return [[Circle alloc] initWithRadius:1 name:@"u"]; }

- (void)variadic:(id)first, ... {
    ^(int x) { return x; };
}
@end

@implementation Circle (Extra)
- (void)extra {}
@end

static int counter = 0;
int helper(int a) {
    @try { a++; } @catch (NSException *e) { @throw; } @finally {}
    return a;
}
struct P { int x; };

NS_ASSUME_NONNULL_BEGIN

@interface Marked : NSObject
- (instancetype)initWithTag:(int)tag size:(int)size NS_DESIGNATED_INITIALIZER;
- (void)update NS_REQUIRES_SUPER;
@end

typedef NS_OPTIONS(NSUInteger, Sides) { SideLeft = 1 };

@implementation Marked

EXPORT_MODULE()

- (void)update {}

NOT_IMPLEMENTED(-(instancetype)init)

+ (facebook::react::Tag)tag { return 1; }
@end

#ifdef __cplusplus
extern "C" {
#endif
@interface Behind
@end
#ifdef __cplusplus
}
#endif

NS_ASSUME_NONNULL_END
